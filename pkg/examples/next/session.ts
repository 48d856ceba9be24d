// Your application's own session: whoever is signed in, with a token that the gate accepts for them.
export async function userOf(request: Request): Promise<{ token: string } | undefined> {
  const token = request.headers.get("authorization")?.replace(/^Bearer /, "");
  return token ? { token } : undefined;
}
