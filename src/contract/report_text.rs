//! A report as JSON text, written by hand: the same bytes as its derived serialisation, for every check in a browser writes one.

use super::{CheckReport, DiagnosticReport, FixReport, JsonText, Score};

impl CheckReport {
    /// The report as JSON text.
    pub fn to_json(&self) -> String {
        let mut json = JsonText::with_capacity(512 + 512 * self.diagnostics.len() + 96 * self.posts.len());
        json.raw("{\"status\":").string(self.status.as_str());
        json.raw(",\"violation_codes\":").list(&self.violation_codes, |json, code| {
            json.string(code.as_str());
        });
        json.raw(",\"required_edits\":").list(&self.required_edits, |json, edit| {
            json.string(edit);
        });
        score(json.raw(",\"risk_score\":"), self.risk_score);
        json.raw(",\"policy_version\":").string(&self.policy_version);
        json.raw(",\"policy_digest\":").string(&self.policy_digest);
        json.raw(",\"draft_hash\":").string(&self.draft_hash);
        json.raw(",\"posts\":").list(&self.posts, |json, post| {
            span(json.raw("{\"index\":").size(post.index).raw(",\"span\":"), post.span);
            json.raw(",\"length\":").size(post.length).raw(",\"limit\":").size(post.limit);
            json.raw(",\"remaining\":").integer(post.remaining).raw(",\"unit\":").string(post.unit).raw("}");
        });
        json.raw(",\"diagnostics\":").list(&self.diagnostics, diagnostic);
        json.raw(",\"truncated\":").boolean(self.truncated).raw("}");
        json.into_text()
    }
}

fn diagnostic(json: &mut JsonText, diagnostic: &DiagnosticReport) {
    json.raw("{\"code\":").string(diagnostic.code.as_str());
    json.raw(",\"severity\":").string(diagnostic.severity.as_str());
    span(json.raw(",\"post\":").size(diagnostic.post).raw(",\"span\":"), diagnostic.span);
    json.raw(",\"message\":").string(&diagnostic.message);
    json.raw(",\"suggested_fix\":").string(&diagnostic.suggested_fix);
    json.raw(",\"matched\":").string(&diagnostic.matched);
    json.raw(",\"fixes\":").list(&diagnostic.fixes, fix).raw("}");
}

fn fix(json: &mut JsonText, fix: &FixReport) {
    json.raw("{\"title\":").string(&fix.title);
    json.raw(",\"applicability\":").string(fix.applicability.as_str());
    if let Some(format) = fix.format {
        json.raw(",\"format\":").string(format.as_str());
    }
    json.raw(",\"edits\":").list(&fix.edits, |json, edit| {
        span(json.raw("{\"span\":"), edit.span);
        json.raw(",\"text\":").string(&edit.text).raw("}");
    });
    json.raw("}");
}

fn span(json: &mut JsonText, [start, end]: [usize; 2]) {
    json.raw("[").size(start).raw(",").size(end).raw("]");
}

/// A number with at most three decimals, without those that are 0.
fn score(json: &mut JsonText, score: Score) {
    let thousandths = score.thousandths();
    json.integer(i64::from(thousandths / 1000));
    let mut left = thousandths % 1000;
    if left > 0 {
        json.raw(".");
    }
    for place in [100, 10, 1] {
        if left > 0 {
            json.integer(i64::from(left / place));
            left %= place;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_score_is_written_as_serde_writes_it() {
        for thousandths in 0..=1000 {
            let value = Score::from_thousandths(thousandths);
            let mut json = JsonText::default();
            score(&mut json, value);
            assert_eq!(json.into_text(), serde_json::to_string(&value).unwrap());
        }
    }
}
