//! JSON that is written by hand, where every check writes it: what is hashed, and the report to JavaScript.

/// JSON as it is being written; whoever writes puts the members in order.
#[derive(Debug, Default)]
pub struct JsonText(String);

impl JsonText {
    /// An empty text with room for `bytes`.
    pub fn with_capacity(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    /// Writes what is JSON already.
    pub fn raw(&mut self, json: &str) -> &mut Self {
        self.0.push_str(json);
        self
    }

    /// Writes an integer.
    pub fn integer(&mut self, integer: i64) -> &mut Self {
        let mut digits = [0; 20];
        let mut left = integer.unsigned_abs();
        let mut count = 0;
        for place in digits.iter_mut().rev() {
            *place = b'0' + u8::try_from(left % 10).unwrap_or_default();
            left /= 10;
            count += 1;
            if left == 0 {
                break;
            }
        }
        if integer < 0 {
            self.0.push('-');
        }
        self.0.extend(digits.iter().skip(digits.len() - count).map(|digit| char::from(*digit)));
        self
    }

    /// Writes an index or a length.
    pub fn size(&mut self, size: usize) -> &mut Self {
        self.integer(i64::try_from(size).unwrap_or(i64::MAX))
    }

    /// Writes `true` or `false`.
    pub fn boolean(&mut self, value: bool) -> &mut Self {
        self.raw(if value { "true" } else { "false" })
    }

    /// Writes items between brackets, with commas.
    pub fn list<T>(&mut self, items: impl IntoIterator<Item = T>, mut write: impl FnMut(&mut Self, T)) -> &mut Self {
        self.0.push('[');
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                self.0.push(',');
            }
            write(self, item);
        }
        self.0.push(']');
        self
    }

    /// Writes a string with the escapes of RFC 8785, which are also those of `serde_json`.
    pub fn string(&mut self, text: &str) -> &mut Self {
        self.0.push('"');
        let mut rest = text;
        while let Some(at) = rest.bytes().position(|byte| byte < b' ' || matches!(byte, b'"' | b'\\')) {
            let (plain, behind) = rest.split_at(at);
            self.0.push_str(plain);
            let mut behind = behind.chars();
            if let Some(character) = behind.next() {
                self.escaped(character);
            }
            rest = behind.as_str();
        }
        self.0.push_str(rest);
        self.0.push('"');
        self
    }

    fn escaped(&mut self, character: char) {
        self.0.push('\\');
        let short = match character {
            '\u{8}' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\u{c}' => 'f',
            '\r' => 'r',
            '"' | '\\' => character,
            _ => 'u',
        };
        self.0.push(short);
        if short == 'u' {
            let code = u32::from(character);
            self.0.extend([12, 8, 4, 0].map(|shift| char::from_digit(code >> shift & 15, 16).unwrap_or_default()));
        }
    }

    /// What was written.
    pub fn into_text(self) -> String {
        self.0
    }
}
