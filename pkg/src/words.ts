/** `POLICY_TAGS_MISSING` as words, for people. */
export function words(code: string): string {
  const text = code.toLowerCase().replaceAll("_", " ");
  return (text.charAt(0).toUpperCase() + text.slice(1)).replace(/^(qa|tos)\b/i, (short) => short.toUpperCase());
}
