//! Scores between 0 and 1, held as integer thousandths so that no float is ever hashed or signed.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A number between 0 and 1 with at most three decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Score(u16);

impl Score {
    /// Certainty: 1.
    pub const ONE: Self = Self(1000);

    /// From thousandths; more than 1000 counts as 1000.
    pub const fn from_thousandths(thousandths: u16) -> Self {
        Self(if thousandths > 1000 { 1000 } else { thousandths })
    }

    /// The integer that is hashed.
    pub const fn thousandths(self) -> u16 {
        self.0
    }

    /// For `#[serde(serialize_with)]` in what is hashed: the integer.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
    pub(crate) fn serialize_thousandths<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u16(self.0)
    }

    /// Reads a JSON number.
    pub fn from_number(number: f64) -> Result<Self, String> {
        if !(0.0..=1.0).contains(&number) {
            return Err(format!("{} is outside 0 to 1", shown(number)));
        }
        let scaled = number * 1000.0;
        let rounded = scaled.round();
        if (scaled - rounded).abs() > 1e-9 {
            return Err(format!("{} has more than three decimals", shown(number)));
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be a whole number from 0 to 1000")]
        Ok(Self(rounded as u16))
    }
}

/// A number as a message shows it, to six decimals; the standard library's way would be kilobytes in the browser for this one sentence.
fn shown(number: f64) -> String {
    if number.is_nan() || number.abs() > 1e12 {
        return "the number".to_owned();
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be below 10^18")]
    let millionths = (number.abs() * 1e6).round() as u64;
    let decimals = format!("{:06}", millionths % 1_000_000);
    let decimals = decimals.trim_end_matches('0');
    let (sign, point) = (if number < 0.0 { "-" } else { "" }, if decimals.is_empty() { "" } else { "." });
    format!("{sign}{}{point}{decimals}", millionths / 1_000_000)
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Score {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Score".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "number", "minimum": 0, "maximum": 1, "description": "At most three decimals." })
    }
}

impl Serialize for Score {
    /// 0 and 1 as integers, so that every serializer prints the same digits.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_multiple_of(1000) {
            serializer.serialize_u16(self.0 / 1000)
        } else {
            serializer.serialize_f64(f64::from(self.0) / 1000.0)
        }
    }
}

impl<'de> Deserialize<'de> for Score {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_number(f64::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_thousandth_round_trips_with_the_shortest_digits() {
        for thousandths in 0..=1000 {
            let score = Score::from_thousandths(thousandths);
            let text = serde_json::to_string(&score).unwrap();
            assert!(text.len() <= 5, "{text}");
            assert_eq!(serde_json::from_str::<Score>(&text).unwrap(), score);
        }
        assert_eq!(serde_json::to_string(&Score::ONE).unwrap(), "1");
    }

    #[test]
    fn what_is_no_score_is_refused_with_the_reason() {
        for (text, reason) in [("1.1", "outside 0 to 1"), ("-0.1", "outside 0 to 1"), ("0.1234", "more than three decimals")] {
            let error = serde_json::from_str::<Score>(text).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
        assert!(Score::from_number(f64::NAN).is_err());
    }
}
