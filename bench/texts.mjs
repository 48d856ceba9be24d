// The texts that are measured: made of the same words in the same order on every run, on every machine.

const WORDS = `the a we our you this that new team today product launch week people time work great coffee morning learned building small simple idea
story share read long thread about making better faster customers feedback design code shipping release notes garden music city train weekend friends
family book chapter question answer think really never always because before after while until maybe support thanks community event tickets live online
data science climate energy market price report numbers second third month year open source project contributors meeting lunch photo light winter summer
rain river bridge kitchen recipe bread window paper letter museum painting bicycle route season player match coach score teacher lesson student library`
  .trim()
  .split(/\s+/);

/** Numerical Recipes' generator: 32 bits, the same everywhere. */
function dice(seed) {
  let state = seed >>> 0;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

/** `count` posts of 200 to 280 characters as people write them: links, tags, mentions, emoji, numbers. */
export function posts(count, seed = 1) {
  const roll = dice(seed);
  return Array.from({ length: count }, () => write(roll, 200 + roll(81), true));
}

/** The same length of ordinary prose: words and full stops. */
export function prose(count, seed = 2) {
  const roll = dice(seed);
  return Array.from({ length: count }, () => write(roll, 200 + roll(81), false));
}

function write(roll, length, lively) {
  const parts = [];
  let total = 0;
  let starts = true;
  while (total < length) {
    const word = WORDS[roll(WORDS.length)];
    let part = starts ? word[0].toUpperCase() + word.slice(1) : word;
    starts = false;
    if (lively) {
      const kind = roll(40);
      if (kind === 0) part = `#${word}`;
      else if (kind === 1) part = `@${word}_${roll(99)}`;
      else if (kind === 2) part = `https://example.com/${word}/${roll(1000)}`;
      else if (kind === 3) part = String(roll(2000));
      else if (kind === 4) part = "😀";
      else if (kind === 5) part = "don’t";
    }
    const end = roll(12);
    if (end === 0) {
      part += ".";
      starts = true;
    } else if (end === 1) part += ",";
    parts.push(part);
    total += part.length + 1;
  }
  return parts.join(" ").slice(0, length).toWellFormed();
}
