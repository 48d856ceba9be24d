//! Configuration of the writer and of research. A typo is a problem, never a default.

use super::config::ConfigProblem;

/// The longest that any of the time-outs may be.
const MAX_MILLIS: u32 = 600_000;

/// Who writes drafts, and what research may fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriterConfig {
    /// The model provider; without one the caller brings the draft.
    pub provider: Option<Provider>,
    /// How long is waited for it.
    pub patience: Patience,
    /// The hosts whose pages research reads the titles of, each as it stands in an address, with its port if that is not 443.
    pub research_hosts: Vec<String>,
}

/// A provider with an `OpenAI`-compatible chat completions endpoint.
#[derive(Clone, PartialEq, Eq)]
pub struct Provider {
    /// The address of the endpoint.
    pub endpoint: String,
    /// The model's name there.
    pub model: String,
    /// The secret.
    pub key: String,
}

/// The secret stays out of every debug output.
impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider").field("endpoint", &self.endpoint).field("model", &self.model).finish_non_exhaustive()
    }
}

/// Time-outs in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Until the provider answers with a status.
    pub connect: u32,
    /// From then until the first piece of text.
    pub first_token: u32,
    /// Until the draft is complete, all tries together.
    pub total: u32,
}

impl WriterConfig {
    /// Reads the variables; every problem is listed.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<ConfigProblem>> {
        let mut problems = Vec::new();
        let provider = provider(&variable, &mut problems);
        let mut millis = |name: &'static str, default: u32| match variable(name).map(|text| text.parse::<u32>()) {
            None => default,
            Some(Ok(millis)) if (1..=MAX_MILLIS).contains(&millis) => millis,
            Some(_) => {
                let message = format!("expected a whole number of milliseconds from 1 to {MAX_MILLIS}");
                problems.push(ConfigProblem { name, message });
                default
            }
        };
        let patience = Patience {
            connect: millis("POSTGATE_WRITER_CONNECT_MS", 10_000),
            first_token: millis("POSTGATE_WRITER_FIRST_TOKEN_MS", 20_000),
            total: millis("POSTGATE_WRITER_TOTAL_MS", 120_000),
        };
        let research_hosts = research_hosts(&variable, &mut problems);
        if problems.is_empty() { Ok(Self { provider, patience, research_hosts }) } else { Err(problems) }
    }
}

fn provider(variable: &impl Fn(&str) -> Option<String>, problems: &mut Vec<ConfigProblem>) -> Option<Provider> {
    match variable("POSTGATE_WRITER").as_deref() {
        None | Some("none") => return None,
        Some("openai") => {}
        Some(_) => {
            problems.push(ConfigProblem { name: "POSTGATE_WRITER", message: "expected none or openai".to_owned() });
            return None;
        }
    }
    let mut needed = |name: &'static str, what: &str| {
        let value = variable(name).filter(|value| !value.is_empty());
        if value.is_none() {
            problems.push(ConfigProblem { name, message: format!("unset while POSTGATE_WRITER is openai, expected {what}") });
        }
        value
    };
    let base = needed("POSTGATE_WRITER_URL", "the provider's base address, such as https://api.groq.com/openai/v1");
    let model = needed("POSTGATE_WRITER_MODEL", "the name of a model");
    let key = needed("POSTGATE_WRITER_KEY", "the provider's key, as a secret");
    let base = base.filter(|base| {
        let good = is_private_channel(base);
        if !good {
            let message = "expected an https address, or an http one on loopback, without query or fragment".to_owned();
            problems.push(ConfigProblem { name: "POSTGATE_WRITER_URL", message });
        }
        good
    });
    let (base, model, key) = (base?, model?, key?);
    if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        problems.push(ConfigProblem { name: "POSTGATE_WRITER_KEY", message: "expected visible ASCII characters".to_owned() });
        return None;
    }
    Some(Provider { endpoint: format!("{}/chat/completions", base.trim_end_matches('/')), model, key })
}

/// True where a key may travel: over https, or within this machine.
fn is_private_channel(base: &str) -> bool {
    if base.contains(['?', '#', '@']) || base.bytes().any(|byte| !byte.is_ascii_graphic()) {
        return false;
    }
    match base.split_once("://") {
        Some(("https", rest)) => !rest.is_empty() && !rest.starts_with('/'),
        Some(("http", rest)) => is_loopback(rest.split('/').next().unwrap_or_default()),
        _ => false,
    }
}

/// True for an authority that is this machine.
fn is_loopback(authority: &str) -> bool {
    let host =
        authority.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit())).map_or(authority, |(host, _)| host);
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn research_hosts(variable: &impl Fn(&str) -> Option<String>, problems: &mut Vec<ConfigProblem>) -> Vec<String> {
    let name = "POSTGATE_RESEARCH_HOSTS";
    let Some(text) = variable(name) else { return Vec::new() };
    let hosts: Vec<String> = text.split(',').map(|host| host.trim().to_ascii_lowercase()).filter(|host| !host.is_empty()).collect();
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':');
    for host in hosts.iter().filter(|host| !host.bytes().all(letter) || (is_address(host) && !is_loopback(host))) {
        let message = format!("`{host}` is no host name, expected names such as example.com, separated by commas");
        problems.push(ConfigProblem { name, message });
    }
    hosts
}

/// True for a bare IP address, which says nothing about who answers there.
fn is_address(host: &str) -> bool {
    host.split(':').next().unwrap_or_default().parse::<std::net::Ipv4Addr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<WriterConfig, Vec<&'static str>> {
        let find = |name: &str| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        WriterConfig::read(find).map_err(|problems| problems.iter().map(|problem| problem.name).collect())
    }

    const OPENAI: [(&str, &str); 3] =
        [("POSTGATE_WRITER", "openai"), ("POSTGATE_WRITER_MODEL", "m"), ("POSTGATE_WRITER_KEY", "secret-words")];

    fn with_url(url: &'static str) -> Result<WriterConfig, Vec<&'static str>> {
        read(&[OPENAI[0], OPENAI[1], OPENAI[2], ("POSTGATE_WRITER_URL", url)])
    }

    #[test]
    fn without_a_word_the_caller_brings_the_draft() {
        let config = read(&[]).unwrap();
        assert_eq!((config.provider, config.research_hosts), (None, vec![]));
        assert_eq!(read(&[("POSTGATE_WRITER", "none")]).unwrap().provider, None);
    }

    #[test]
    fn a_provider_needs_everything_it_is_called_with() {
        assert_eq!(read(&OPENAI[..1]), Err(vec!["POSTGATE_WRITER_URL", "POSTGATE_WRITER_MODEL", "POSTGATE_WRITER_KEY"]));
        let provider = with_url("https://api.groq.com/openai/v1/").unwrap().provider.unwrap();
        assert_eq!(provider.endpoint, "https://api.groq.com/openai/v1/chat/completions");
        assert!(!format!("{provider:?}").contains("secret-words"));
    }

    #[test]
    fn a_key_that_no_header_can_carry_is_a_problem_and_is_not_repeated() {
        for key in ["secret words", "secret\nwords", "schlüssel"] {
            let pairs = [OPENAI[0], OPENAI[1], ("POSTGATE_WRITER_URL", "https://api.example.com/v1"), ("POSTGATE_WRITER_KEY", key)];
            let find = |name: &str| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
            let problems = WriterConfig::read(find).unwrap_err();
            let expected = ConfigProblem { name: "POSTGATE_WRITER_KEY", message: "expected visible ASCII characters".to_owned() };
            assert_eq!(problems, [expected], "{key:?}");
        }
    }

    #[test]
    fn a_key_travels_over_https_or_within_the_machine() {
        for url in ["https://api.example.com/v1", "http://127.0.0.1:9/v1", "http://localhost:9", "http://[::1]:9/v1"] {
            assert!(with_url(url).is_ok(), "{url}");
        }
        for url in [
            "http://api.example.com",
            "ftp://x",
            "api.example.com",
            "https://",
            "https:///v1",
            "https://u@x",
            "https://x?a",
            "http://127.0.0.1.evil.com",
            "",
        ] {
            assert_eq!(with_url(url), Err(vec!["POSTGATE_WRITER_URL"]), "{url}");
        }
    }

    #[test]
    fn a_typo_is_a_problem() {
        assert_eq!(read(&[("POSTGATE_WRITER", "OpenAI")]), Err(vec!["POSTGATE_WRITER"]));
        assert_eq!(read(&[("POSTGATE_WRITER_TOTAL_MS", "2s")]), Err(vec!["POSTGATE_WRITER_TOTAL_MS"]));
        assert_eq!(read(&[("POSTGATE_WRITER_CONNECT_MS", "0")]), Err(vec!["POSTGATE_WRITER_CONNECT_MS"]));
        assert_eq!(read(&[("POSTGATE_RESEARCH_HOSTS", "https://example.com")]), Err(vec!["POSTGATE_RESEARCH_HOSTS"]));
        assert_eq!(read(&[("POSTGATE_RESEARCH_HOSTS", "10.0.0.1, 169.254.169.254:80")]).unwrap_err().len(), 2);
        assert_eq!(
            read(&[("POSTGATE_RESEARCH_HOSTS", " Example.com,news.example:8443,")]).unwrap().research_hosts,
            ["example.com", "news.example:8443"]
        );
    }
}
