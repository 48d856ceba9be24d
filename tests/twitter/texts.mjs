// The texts that are compared: some written by hand, and as many generated ones as asked for, the same ones for the same seed.

/** Made of what people write, and of what breaks counters. */
export const WRITTEN = [
  "",
  " ",
  "Just a plain post.",
  "see http://example.com/a?b=c#d, or example.com. And (https://example.com/x_(y))!",
  "HTTP://EXAMPLE.COM/ HtTpS://t.co/AbC123. https://t.co/abc/def http://t.co/a?b=c",
  "file.md readme.md main.rs index.html example.co.uk a.b.c.d.e.com",
  "not a url: localhost http://localhost 127.0.0.1 http://127.0.0.1 ftp://example.com me@example.com",
  "xn--p1ai.xn--p1ai http://xn--e1afmkfd.xn--p1ai/ XN--X.com xn--é.com",
  "http://例え.みんな http://пример.рф пример.рф ПРИМЕР.РФ example.みんな example.みんなの",
  "日本語example.com日本語 テストexample.jp/パス 中文http://example.com中文",
  "foo_bar.example.com foo.bar_baz.com _a.com a_.com -a.com a-.com a--b.com",
  "example.com:80/path?x example.com:80?x example.com?x=1 example.com/?x=1 http://example.com?x=1",
  "http://example.com/a.b,c;d!e. http://example.com/(a(b)c)d http://example.com/(a http://example.com/()",
  "http://example.com/@user/x http://example.com/a@b example.com/~a/–b/ü/привет/日",
  "https://example.com/a–b-c_d=e&f%20g#h+i|j[k]l*m'n;o:p,q.r",
  "@name @name_with_20_chars_x @name_with_21_chars_xx @a/b @a/1 @a/b-c_d ＠wide @",
  "RT @name RT:@name rt@name xRT@name .RT @name RT@name: a@b @a@b @a! @é @aé @a://",
  "#tag ＃wide #1 #1a #a1 #_ #_a #日本語 #été #a#b ##a #a://b &#39; &#a; x#a #️⃣ #⃣ #a·b #a・b",
  "$A $TSLA $BRK.A $BRK_B $TOOLONG $abc.def $1 $a1 a$b $A$B $A, $A. ($A) \u2028$A",
  "http://example.com#tag http://example.com/#tag example.com#tag @name.com #tag.com $A.com",
  "e\u0301 cafe\u0301.com n\u0303 \u1100\u1161\u11a8 \u0344 \u212b \ufb1d \u0958 \u{1d15e} ﬁ",
  "“quoted” ‘it’ – — … • € ™ © ® № ℃ ½ ² ₂ \u2010\u2015\u201f\u2020 \u2032\u2037\u2038 \u200b\u200c\u200d\u200e",
  "漢字 かな カナ 한글 ｶﾅ ＡＢＣ １２３ ไทย हिन्दी עברית العربية ქართული ᏣᎳᎩ ᚠ",
  "שלום http://example.com/שלום #שלום @שלום \u202bexample.com\u202c \u2067a.com\u2069 \u200fa.com",
  "😀 ☀ ☀️ ☀︎ 👍🏽 👍️ 👍️🏽 ☝🏽 ☝️🏽 ✊🏿 🏻 👩🏽‍🚀 👨‍👩‍👧‍👦 👩‍❤️‍💋‍👩 🏳️‍🌈 🏴‍☠️ 🕵️‍♀️ 🕵‍♀️ ⛹🏻‍♂️ 🏃‍♀ 👁‍🗨 👁️‍🗨️",
  "🇩🇪 🇩🇪🇫🇷 🇩 🇦🇦 🇩🇪🇫 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🏴󠁵󠁳󠁴󠁸󠁿 🏴 1️⃣ 1⃣ #️⃣ *️⃣ 1️ ©️ ™️ ‼️ ♟️ ♾️ ↗️ ㊗️ \ue50a \ufe0f \ufe0f\ufe0f",
  "a.com😀 😀a.com 👨‍👩‍👧a.com 1️⃣a.com a.com1️⃣ 5️⃣.com ☀️.com ☀.ws http://☀.ws/ http://😀.ws",
  "\ufeffa.com a.com\ufeff \ufffea \uffff @\ufeffa #\ufeffa",
  "\u0000 \u0001a.com \u007fa.com \u0085a.com \u180ea.com a\u0000b.com \"a.com\" `a.com`",
  `http://example.com/${"a".repeat(4069)} http://example.com/${"a".repeat(4070)}`,
  `${"a".repeat(63)}.com ${"a".repeat(64)}.com ${"中".repeat(20)}.com ${"中国語".repeat(8)}example.com ${"中".repeat(70)}example.com`,
  `http://t.co/${"a".repeat(40)} http://t.co/${"a".repeat(41)} http://t.co/`,
  "a.com.b.中.org/x example.com.中.com/x a.com中b.com中c.com/x?y a.comb_a.com中.org 中.com/x",
  "中。example.com ．a.com a．com a｡com 。.com",
  "\r\n\t\v\f a.com\ra.com\na.com\u2028a.com\u2029a.com\u00a0a.com\u3000a.com",
  "K.com ſ.com ı.com İ.com aι.com aΙ.com a\u0345.com straße.de STRASSE.DE",
];

const WORDS = "the and a post about cats example hello WORLD naïve café Straße word, end. yes! no? (paren) “quote” it’s".split(" ");
const HOSTS = [
  "example.com", "EXAMPLE.Com", "a.b.example.co.uk", "t.co", "foo_bar.com", "ex-ample.org", "münchen.de", "日本.jp", "example.みんな", "пример.рф", "xn--80ak6aa92e.com",
  "example.invalid", "localhost", "1.2.3.4", "a.b", "x.y.z", "café.fr", "file.md", "main.rs", "v1.0", "e.g", "中文example.com", "ab.c_d.com", "😀.ws", "a..com", "-a.com",
];
const PATHS = ["", "", "", "/", "/a", "/a/b.html", "/a_(b)", "/(a", "/ü", "/путь", "/日", "/a.", "/a,b;", "/@a/", "/a–b", "/#x", "/%20!", "/a)(b", "/((a)b)"];
const QUERIES = ["", "", "", "?", "?a=b", "?a=b&c=d.", "?!", "?a#b", "?ü", "?a/b"];
const SCHEMES = ["", "", "http://", "https://", "HTTP://", "http:/", "ftp://", "//", "http://http://"];
const EMOJI =
  "😀 ☀ ☀️ ☀︎ 👍 👍🏽 👩🏽‍🚀 👨‍👩‍👧‍👦 🏳️‍🌈 🏴‍☠️ 🇩🇪 🇩 🇦🇦 🏴󠁧󠁢󠁳󠁣󠁴󠁿 1️⃣ 1⃣ # * ©️ © ™️ ❤️ ❤ 👩‍❤️‍👩 🕵️‍♀️ ⛹🏻‍♂️ 🏃‍♀ \u200d \ufe0f \ufe0e 🏻 🏿 ♂️ ♀️ 👁‍🗨 👨 👩 👧 🗣 🤷🏽‍♀️ 🧙‍♂️ 💂 🕴️ ✌️🏽".split(" ");
const SIGNS = [..." .,:;!?-_/\\@#$%&*+=~|()[]{}<>'\"`^\n\t", "\u00a0", "\u2028", "\u3000", "\u200b", "\u200e", "\u202e", "\ufeff", "。", "・", "…", "–", "—", "’", "＃", "＠", "\u0000", "\u0085"];
const ALPHABETS = ["abcXYZ019", "äöüßéñçøœžſı", "\u0301\u0308\u0323\u0345", "абвгдЖЩё", "αβγιΩ", "אבגד", "ابتث", "漢字中文", "ひらカナー", "한글각", "ไทย", "कखग्", "ＡＢ１２", "𝐚𝟙𠀀", "①½²ⅷ", "\u1100\u1161\u11a8", "აბᲐᲑ"];

/** mulberry32: the same numbers for the same seed, everywhere. */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` texts for a seed. */
export function* generated(count, seed) {
  const random = numbers(seed);
  const below = (limit) => Math.floor(random() * limit);
  const pick = (list) => list[below(list.length)];
  const letters = () => {
    const alphabet = [...pick(ALPHABETS)];
    return Array.from({ length: 1 + below(6) }, () => pick(alphabet)).join("");
  };
  const label = () => (random() < 0.7 ? letters() : letters() + pick(["-", "_", ""]) + letters());
  const host = () => (random() < 0.7 ? pick(HOSTS) : `${label()}${random() < 0.3 ? `.${label()}` : ""}.${pick(["com", "de", "みんな", "рф", "xn--p1ai", "c", "co", "comx", "museum", letters()])}`);
  const url = () => pick(SCHEMES) + host() + pick(["", "", "", ":80", ":"]) + pick(PATHS) + pick(QUERIES);
  const name = () => pick(["name", "a_b", "x".repeat(20), "x".repeat(21), "1", "é", letters()]);
  const parts = [
    () => pick(WORDS),
    () => pick(WORDS),
    url,
    url,
    () => pick(["@", "＠", "RT @", "rt:@", ".@"]) + name() + pick(["", "", "/list", "/1", "@b", "é", "://"]),
    () => pick(["#", "＃", "##", "x#", "&#"]) + pick([letters(), name(), `1${letters()}`, `${letters()}_${letters()}`, "\ufe0f⃣"]) + pick(["", "", "#", "://", "."]),
    () => `$${pick(["A", "TSLA", "BRK.A", "abc_d", "TOOLONG", "1A"])}`,
    () => Array.from({ length: 1 + below(4) }, () => pick(EMOJI)).join(""),
    letters,
    () => pick(SIGNS),
    () => String.fromCodePoint(pick([below(0x250), below(0x3000), 0x2000 + below(0x70), below(0xd800), 0xf900 + below(0x6f0), 0x1f000 + below(0xb00)])),
  ];
  for (let made = 0; made < count; made++) {
    const gap = pick([" ", " ", "", pick(SIGNS)]);
    yield Array.from({ length: 1 + below(9) }, () => pick(parts)()).join(gap);
  }
}
