//! Keys and tokens whose form their issuers document: what each holds for certain, and its pattern.
//!
//! In scope: forms inside one stretch of token characters, forms behind a known prefix, passwords in URLs. Out of scope: numbers, private
//! keys, addresses (secrets.rs).

use super::Span;
use regex_lite::Regex;
use std::sync::OnceLock;

/// A kind of token: its name, what it holds for certain, and its form.
pub(super) struct Form {
    pub(super) name: &'static str,
    literal: &'static str,
    pattern: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

macro_rules! forms {
    ($table:ident: $($literal:literal $pattern:literal $name:literal,)+) => {
        pub(super) static $table: [Form; [$($literal,)+].len()] =
            [$(Form { name: $name, literal: $literal, pattern: $pattern, compiled: OnceLock::new() },)+];
    };
}

// Prefixes and lengths are those that the issuers document.
forms! { FORMS:
    "AKIA" "AKIA[0-9A-Z]{16}" "AWS access key",
    "ASIA" "ASIA[0-9A-Z]{16}" "AWS access key",
    "ABSK" "ABSK[0-9A-Za-z]{60,}" "AWS API key",
    "gh" "gh[pousr]_[0-9A-Za-z]{36}" "GitHub token",
    "github_pat_" "github_pat_[0-9A-Za-z_]{22,}" "GitHub token",
    "gl" "gl(?:pat|rt|dt|ptt|cbt|soat|ft)-[0-9A-Za-z_-]{20,}" "GitLab token",
    "xox" "xox[abeoprs]-[0-9A-Za-z-]{10,}" "Slack token",
    "xapp-" "xapp-[0-9]-[0-9A-Za-z-]{10,}" "Slack token",
    "k_live_" "[rs]k_live_[0-9A-Za-z]{16,}" "Stripe key",
    "k_test_" "[rs]k_test_[0-9A-Za-z]{16,}" "Stripe key",
    "whsec_" "whsec_[0-9A-Za-z]{24,}" "Stripe webhook secret",
    "AIza" "AIza[0-9A-Za-z_-]{35}" "Google API key",
    "GOCSPX-" "GOCSPX-[0-9A-Za-z_-]{28}" "Google client secret",
    "ya29." "ya29\\.[0-9A-Za-z_-]{20,}" "Google access token",
    ":APA91b" "[0-9A-Za-z_-]{11}:APA91b[0-9A-Za-z_-]{100,}" "Firebase token",
    "sk-ant-" "sk-ant-[0-9A-Za-z_-]{20,}" "Anthropic API key",
    "sk-" "sk-[0-9A-Za-z_-]{20,}" "API key",
    "gsk_" "gsk_[0-9A-Za-z]{40,}" "Groq API key",
    "xai-" "xai-[0-9A-Za-z]{60,}" "xAI API key",
    "pplx-" "pplx-[0-9A-Za-z]{40,}" "Perplexity API key",
    "r8_" "r8_[0-9A-Za-z]{37}" "Replicate token",
    "hf_" "hf_[0-9A-Za-z]{34}" "Hugging Face token",
    "npm_" "npm_[0-9A-Za-z]{36}" "npm token",
    "pypi-" "pypi-AgE[0-9A-Za-z_-]{50,}" "PyPI token",
    "rubygems_" "rubygems_[0-9a-f]{48}" "RubyGems key",
    "dckr_" "dckr_(?:pat|oat)_[0-9A-Za-z_-]{27,}" "Docker token",
    "SG." "SG\\.[0-9A-Za-z_-]{22}\\.[0-9A-Za-z_-]{43}" "SendGrid key",
    "SK" "SK[0-9a-f]{32}" "Twilio key",
    "key-" "key-[0-9a-f]{32}" "Mailgun key",
    "-us" "[0-9a-f]{32}-us[0-9]{1,2}" "Mailchimp key",
    "shp" "shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}" "Shopify token",
    "sq0" "sq0(?:atp|csp|idp)-[0-9A-Za-z_-]{22,}" "Square token",
    "EAA" "EAA[0-9A-Za-z]{90,}" "Meta access token",
    "do" "do[por]_v1_[0-9a-f]{64}" "DigitalOcean token",
    "dapi" "dapi[0-9a-f]{32}" "Databricks token",
    "lin_api_" "lin_api_[0-9A-Za-z]{40}" "Linear key",
    "ntn_" "ntn_[0-9A-Za-z]{40,}" "Notion token",
    "figd_" "figd_[0-9A-Za-z_-]{40,}" "Figma token",
    "glsa_" "glsa_[0-9A-Za-z]{32}_[0-9a-fA-F]{8}" "Grafana token",
    "hvs." "hvs\\.[0-9A-Za-z_-]{24,}" "Vault token",
    ".atlasv1." "[0-9A-Za-z]{14}\\.atlasv1\\.[0-9A-Za-z_-]{60,}" "Terraform token",
    "ATATT3" "ATATT3[0-9A-Za-z_-]{80,}" "Atlassian token",
    "pscale_" "pscale_(?:tkn|pw|oauth)_[0-9A-Za-z_.-]{32,}" "PlanetScale token",
    "sb" "sb(?:p_[0-9a-f]{40}|_secret_[0-9A-Za-z_-]{20,})" "Supabase key",
    "nfp_" "nfp_[0-9A-Za-z]{36}" "Netlify token",
    "HRKU-AA" "HRKU-AA[0-9A-Za-z_-]{58}" "Heroku key",
    "NRAK-" "NRAK-[0-9A-Z]{27}" "New Relic key",
    "PMAK-" "PMAK-[0-9a-f]{24}-[0-9a-f]{34}" "Postman key",
    "dp." "dp\\.(?:pt|st|ct|sa)\\.[0-9A-Za-z._-]{40,}" "Doppler token",
    "eyJ" "eyJ[0-9A-Za-z_-]{8,}\\.eyJ[0-9A-Za-z_-]{8,}\\.[0-9A-Za-z_-]{16,}" "JSON Web Token",
    "AGE-SECRET-KEY-1" "AGE-SECRET-KEY-1[0-9A-Z]{58}" "age key",
    ":AA" "[0-9]{8,10}:AA[0-9A-Za-z_-]{33}" "Telegram bot token",
    "." "[MNO][0-9A-Za-z_-]{23,27}\\.[0-9A-Za-z_-]{6}\\.[0-9A-Za-z_-]{27,40}" "Discord bot token",
    "AAAAAAAAAAAAAAAAAAAA" "A{20,22}[0-9A-Za-z]{10,}" "X bearer token",
}

// What stands behind a prefix may hold characters that part other tokens. Each pattern is bound, or ends before the next prefix can start.
forms! { BEHIND:
    "AccountKey=" "^AccountKey=[0-9A-Za-z+/]{86}==" "Azure storage key",
    "SharedAccessKey=" "^SharedAccessKey=[0-9A-Za-z+/]{43}=" "Azure access key",
    "aws_secret_access_key" "^aws_secret_access_key[\"' ]{0,3}[:=][\"' ]{0,3}[0-9A-Za-z+/]{40}" "AWS secret key",
    "AWS_SECRET_ACCESS_KEY" "^AWS_SECRET_ACCESS_KEY[\"' ]{0,3}[:=][\"' ]{0,3}[0-9A-Za-z+/]{40}" "AWS secret key",
    "hooks.slack.com/services/" "^hooks\\.slack\\.com/services/T[0-9A-Z]{8,12}/B[0-9A-Z]{8,12}/[0-9A-Za-z]{20,30}" "Slack webhook",
    "discord.com/api/webhooks/" "^discord\\.com/api/webhooks/[0-9]{17,20}/[0-9A-Za-z_-]{60,80}" "Discord webhook",
    "discordapp.com/api/webhooks/" "^discordapp\\.com/api/webhooks/[0-9]{17,20}/[0-9A-Za-z_-]{60,80}" "Discord webhook",
}

/// The most bytes that a form behind a prefix takes.
const LONGEST: usize = 200;

impl Form {
    fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| Regex::new(self.pattern).ok()).as_ref()
    }

    /// Where tokens of this form lie in a stretch of token characters.
    pub(super) fn find(&self, token: &str) -> Vec<Span> {
        if !token.contains(self.literal) {
            return Vec::new();
        }
        let Some(pattern) = self.regex() else { return Vec::new() };
        pattern.find_iter(token).map(|found| Span::new(found.start(), found.end())).filter(|found| self.holds(token, *found)).collect()
    }

    /// Whether what fits the pattern is a token of its own.
    fn holds(&self, token: &str, found: Span) -> bool {
        // The shortest literals are also the start of plain names: a key has a part that looks random.
        if matches!(self.literal, "sk-" | "." | "gl" | "AAAAAAAAAAAAAAAAAAAA") && !found.of(token).split(['-', '_', '.']).any(looks_random)
        {
            return false;
        }
        // A longer word around it is something else.
        let before = token.get(..found.start).and_then(|head| head.chars().next_back());
        let behind = token.get(found.end..).and_then(|rest| rest.chars().next());
        let is_whole = |character: Option<char>| !character.is_some_and(|character| character.is_ascii_alphanumeric());
        is_whole(before) && is_whole(behind)
    }

    /// Where secrets of this form stand behind their prefix in a text.
    pub(super) fn find_behind(&self, text: &str) -> Vec<Span> {
        let mut found: Vec<Span> = Vec::new();
        for (start, _) in text.match_indices(self.literal) {
            let rest = text.get(start..text.floor_char_boundary(start + LONGEST)).unwrap_or_default();
            if let Some(end) = self.regex().and_then(|pattern| pattern.find(rest)).map(|matched| start + matched.end()) {
                found.push(Span::new(start, end));
            }
        }
        found
    }
}

fn looks_random(part: &str) -> bool {
    part.len() >= 16
        && part.contains(|character: char| character.is_ascii_digit())
        && part.contains(|character: char| character.is_ascii_alphabetic())
}

/// What people write where a password would stand.
const PLACEHOLDERS: &[&str] = &["pass", "password", "passwd", "pwd", "secret", "token", "yourpassword", "changeme"];

/// The password of each `scheme://user:password@host`.
pub(super) fn url_passwords(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    for (at, separator) in text.match_indices("://") {
        let start = at + separator.len();
        let rest = text.get(start..text.floor_char_boundary(start + LONGEST)).unwrap_or_default();
        let authority = rest.split(|character: char| character.is_whitespace() || "/?#\"<>".contains(character)).next().unwrap_or_default();
        let Some((login, host)) = authority.rsplit_once('@') else { continue };
        let Some((user, password)) = login.split_once(':') else { continue };
        let is_placeholder = PLACEHOLDERS.iter().any(|word| word.eq_ignore_ascii_case(password.trim_matches(['_', '-', '.'])))
            || password.starts_with(['$', '{', '[', '%'])
            || !password.contains(|character: char| character.is_alphanumeric())
            || password.bytes().all(|byte| byte.eq_ignore_ascii_case(&b'x'));
        if !is_placeholder && host.starts_with(|first: char| first.is_alphanumeric() || first == '[') {
            let start = start + user.len() + 1;
            found.push(Span::new(start, start + password.len()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_compiles() {
        for form in FORMS.iter().chain(&BEHIND) {
            assert!(form.regex().is_some(), "{}", form.name);
        }
        assert!(BEHIND.iter().all(|form| form.pattern.starts_with('^')));
    }
}
