//! URLs as X's own library finds them, with and without a scheme, in one pass.
//!
//! The library's pattern is a backtracking one. What it finds comes down to this: a *run* is a stretch of characters that a host may hold,
//! cut into labels by dots; a chain of well-formed labels that has a top-level domain behind one of its dots is a host. So the search goes
//! from dot to dot, looks at the run around a dot only when a top-level domain follows, and reads each run once.

use super::Span;
use super::host::{self, Dot};
use super::path::{PathStyle, query_end, rest_of_url};

/// The most UTF-16 units of a URL, its scheme counted twice, as the library does.
const MAX_UNITS: usize = 4096;
/// What the library adds for the scheme of a URL that has none.
const ASSUMED_SCHEME: &str = "https://";
/// The most characters of a `t.co` path.
const MAX_SHORT_PATH: usize = 40;

/// A URL in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Url {
    /// Where it lies.
    pub span: Span,
    /// Whether `http://` or `https://` is written.
    pub has_scheme: bool,
    /// The byte up to which X counts it as one URL; it differs from the span's end only behind a host of two scripts.
    pub(super) counted_to: usize,
}

/// The URLs of a text, in order.
pub fn urls(text: &str) -> Vec<Url> {
    find(text, PathStyle::X)
}

pub(super) fn find(text: &str, style: PathStyle) -> Vec<Url> {
    let mut search = Search { text, style, found: Vec::new(), from: 0, dots: Vec::new() };
    let mut at = 0;
    while let Some(dot) = text.get(at..).and_then(|rest| rest.find('.')).map(|offset| at + offset) {
        at = dot + 1;
        if host::tld_end(text, at).is_some() {
            at = search.run_around(dot).max(at);
        }
    }
    search.found
}

struct Search<'t> {
    text: &'t str,
    style: PathStyle,
    found: Vec<Url>,
    /// The end of the last match; the next one starts behind it.
    from: usize,
    dots: Vec<Dot>,
}

/// A host without a scheme.
#[derive(Clone, Copy)]
struct Candidate {
    start: usize,
    /// The dot before its top-level domain.
    last: usize,
    /// Whether it starts with the second half of its first character, as the library sees it.
    is_half: bool,
}

impl Search<'_> {
    /// Reads the whole run that holds `dot`; returns where to go on.
    fn run_around(&mut self, dot: usize) -> usize {
        let before = self.text.get(self.from..dot).unwrap_or_default();
        let behind = self.text.get(dot..).unwrap_or_default();
        let start = dot - (before.len() - before.trim_end_matches(host::is_in_run).len());
        let end = self.text.len() - behind.trim_start_matches(host::is_in_run).len();
        host::read_dots(self.text, Span::new(start, end), &mut self.dots);
        self.with_scheme(start);
        while let Some(candidate) = self.next_host() {
            self.without_scheme(candidate);
        }
        // A path may have led beyond the run.
        self.from.max(end)
    }

    /// A URL whose scheme ends where the run starts.
    fn with_scheme(&mut self, host_start: usize) {
        let Some(scheme) = scheme_before(self.text, host_start) else { return };
        if scheme > 0 && !previous(self.text, scheme).is_some_and(|(at, character)| at >= self.from && may_precede(character)) {
            return;
        }
        let Some(last) = host::chain(self.text, host_start, &self.dots) else { return };
        let Some(host_end) = self.host_end(last) else { return };
        let rest = rest_of_url(self.text, host_end, self.style);
        self.from = rest.end;
        let host = Span::new(host_start, host_end);
        let written = Span::new(scheme, host_start).of(self.text);
        if !host::is_valid(self.text, host, &self.dots, false) || !fits(written, Span::new(scheme, rest.end).of(self.text)) {
            return;
        }
        let Some(end) = short_link_end(self.text, Span::new(scheme, rest.end), host_start) else { return };
        self.found.push(Url { span: Span::new(scheme, end), has_scheme: true, counted_to: end });
    }

    /// The leftmost host from here on in the run.
    fn next_host(&self) -> Option<Candidate> {
        let starts = self.dots.first()?.label_start;
        let mut at = starts.max(self.from);
        // At the very start of a text nothing need precede; a match behind the first character still comes first.
        if at == 0 {
            let first = self.text.chars().next()?;
            let second = first.len_utf8();
            if first <= '\u{ffff}'
                && may_precede(first)
                && let Some(last) = host::chain(self.text, second, &self.dots)
            {
                return Some(Candidate { start: second, last, is_half: false });
            }
            if let Some(last) = host::chain(self.text, 0, &self.dots) {
                return Some(Candidate { start: 0, last, is_half: first > '\u{ffff}' });
            }
        }
        let mut index = self.dots.partition_point(|dot| dot.at < at);
        while let Some(dot) = self.dots.get(index) {
            index += 1;
            if !dot.can_end_first_label {
                continue;
            }
            at = at.max(if dot.after.is_some() { dot.label_start } else { dot.own_start });
            for (offset, character) in self.text.get(at..dot.at)?.char_indices() {
                let start = at + offset;
                // The library sees halves of a character beyond U+FFFF: the first precedes the second.
                let is_preceded =
                    previous(self.text, start).is_some_and(|(before, character)| before >= self.from && may_precede(character));
                let is_half = !is_preceded && character > '\u{ffff}';
                if (is_preceded || is_half) && host::is_host(character) {
                    return Some(Candidate { start, last: dot.after.or(dot.tld_end.map(|_| index - 1))?, is_half });
                }
            }
            at = dot.at + 1;
        }
        None
    }

    /// URLs without a scheme: the parts of the host that are ASCII, the last with what follows the host.
    fn without_scheme(&mut self, candidate: Candidate) {
        let host_start = candidate.start;
        let Some(host_end) = self.host_end(candidate.last) else { return };
        let rest = rest_of_url(self.text, host_end, self.style);
        let from = std::mem::replace(&mut self.from, rest.end);
        let host = Span::new(host_start, host_end);
        let is_open =
            previous(self.text, host_start).is_some_and(|(at, character)| at >= from && matches!(character, '-' | '_' | '.' | '/'));
        let is_valid = || {
            host::is_valid(self.text, host, &self.dots, candidate.is_half)
                && fits(ASSUMED_SCHEME, Span::new(host_start, rest.end).of(self.text))
        };
        if is_open || !is_valid() {
            return;
        }
        let mut at = host.start;
        for part in host::ascii_hosts(self.text, host, &self.dots) {
            // The library looks each part up again by its text, and takes the first that reads the same.
            let Some(offset) = Span::new(at, host.end).of(self.text).find(part.of(self.text)) else { break };
            let span = Span::new(at + offset, at + offset + part.len());
            at = span.end;
            self.found.push(Url { span, has_scheme: false, counted_to: span.end });
        }
        if rest.has_path
            && let Some(url) = self.found.last_mut().filter(|url| host.contains(url.span))
        {
            // The library's text of this URL leaves out what stands between its host and the path, and it is by that text that it counts.
            let units = units(url.span.of(self.text)) + units(Span::new(host_end, rest.end).of(self.text));
            url.counted_to = if url.span.end == host_end { rest.end } else { skip_units(self.text, url.span.start, units) };
            url.span.end = rest.end;
        }
    }

    fn host_end(&self, last: usize) -> Option<usize> {
        self.dots.get(last)?.tld_end
    }
}

fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// The byte that lies `units` UTF-16 units behind `start`.
fn skip_units(text: &str, start: usize, units: usize) -> usize {
    let mut left = units;
    let behind = text.get(start..).unwrap_or_default();
    let stop = behind.char_indices().find(|(_, character)| match left.checked_sub(character.len_utf16()) {
        Some(rest) => {
            left = rest;
            false
        }
        None => true,
    });
    stop.map_or(text.len(), |(offset, _)| start + offset)
}

fn fits(scheme: &str, url: &str) -> bool {
    scheme.len() + units(url) <= MAX_UNITS
}

fn previous(text: &str, at: usize) -> Option<(usize, char)> {
    text.get(..at)?.char_indices().next_back()
}

/// Where `http://` or `https://` starts that ends at `at`.
fn scheme_before(text: &str, at: usize) -> Option<usize> {
    let ends_with = |scheme: &str| {
        let start = at.checked_sub(scheme.len())?;
        text.get(start..at)?.eq_ignore_ascii_case(scheme).then_some(start)
    };
    ends_with("http://").or_else(|| ends_with("https://"))
}

fn may_precede(character: char) -> bool {
    !matches!(character, 'A'..='Z' | 'a'..='z' | '0'..='9' | '@' | '＠' | '$' | '#' | '＃' | '\u{fffe}' | '\u{feff}' | '\u{ffff}')
}

/// Where a URL ends: a `t.co` link holds one path of ASCII letters and digits and perhaps a query, no more. `None` when that path is too long.
fn short_link_end(text: &str, url: Span, host_start: usize) -> Option<usize> {
    let Some(path) = Span::new(host_start, url.end).of(text).get(..5).filter(|host| host.eq_ignore_ascii_case("t.co/")) else {
        return Some(url.end);
    };
    let start = host_start + path.len();
    let slug = Span::new(start, url.end).of(text).bytes().take_while(u8::is_ascii_alphanumeric).count();
    if slug == 0 {
        return Some(url.end);
    }
    if slug > MAX_SHORT_PATH {
        return None;
    }
    let end = start + slug;
    let query = text.as_bytes().get(end) == Some(&b'?') && end < url.end;
    Some(if query { query_end(text.get(..url.end)?, end + 1, PathStyle::X).unwrap_or(end) } else { end })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        urls(text).into_iter().map(|url| url.span.of(text)).collect()
    }

    #[test]
    fn with_and_without_a_scheme() {
        assert_eq!(found("see http://example.com/a?b=c#d, or example.com."), ["http://example.com/a?b=c#d", "example.com"]);
        assert_eq!(found("HTTPS://EXAMPLE.COM:8080/x"), ["HTTPS://EXAMPLE.COM:8080/x"]);
        assert_eq!(found("file.md a.b.c.co.uk x.みんな xn--p1ai.xn--p1ai"), ["file.md", "a.b.c.co.uk", "x.みんな", "xn--p1ai.xn--p1ai"]);
        assert_eq!(found("http://müller.de/straße/ü http://例え.みんな"), ["http://müller.de/straße/ü", "http://例え.みんな"]);
        assert_eq!(found("(http://en.wikipedia.org/wiki/A_(b)_c_(d_(e))) end"), ["http://en.wikipedia.org/wiki/A_(b)_c_(d_(e))"]);
    }

    #[test]
    fn what_is_no_url() {
        for text in [
            "",
            ".",
            "e.g. this. That",
            "http://localhost http://127.0.0.1 192.168.0.1",
            "ftp://example.com me@example.com @example.com #example.com",
            "example.comx example.com2 example.com@b",
            "http:// http://.com -.com",
            "3.5 million U.S.A",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_host_of_two_scripts_gives_its_ascii_parts() {
        assert_eq!(found("日本語example.com日本語"), ["example.com"]);
        assert_eq!(found("foo_bar.example.com a_b.com"), ["bar.example.com"]);
        assert_eq!(found("example.com.中.com/x")[0], "example.com.中.com/x");
        // With a longer label in front, its encoded form is too long for a host.
        assert_eq!(found(&format!("{}example.com", "中国語日本語한국어".repeat(9))), [""; 0]);
    }

    #[test]
    fn short_links_end_with_their_path() {
        assert_eq!(found("http://t.co/abc123/more"), ["http://t.co/abc123"]);
        assert_eq!(found("http://t.co/abc?x=1. http://t.co/"), ["http://t.co/abc?x=1", "http://t.co/"]);
        assert_eq!(found(&format!("http://t.co/{}", "a".repeat(41))), [""; 0]);
    }

    #[test]
    fn a_url_has_a_greatest_length() {
        let url = |length: usize| format!("http://example.com/{}", "a".repeat(length - 19));
        assert_eq!(found(&url(4089)).len(), 1);
        assert_eq!(found(&url(4090)).len(), 0);
    }

    #[test]
    fn hostile_text_is_read_in_linear_time() {
        for unit in [
            ".",
            "a.",
            "a.a.com中",
            "http://",
            "http://http://a.",
            "a_.com",
            "中",
            "中.",
            "a.co/(",
            "a.com",
            "a_a.co中",
            "x.co?!",
            "-.com",
            ".com",
        ] {
            let text = unit.repeat(200_000 / unit.len());
            let all = urls(&text);
            assert!(all.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start), "{unit}");
        }
    }

    #[test]
    fn a_query_goes_on_in_any_script_on_mastodon_alone() {
        let text = "https://example.com/?q=gärten。";
        let found = |style| find(text, style).first().map(|url| url.span.of(text));
        assert_eq!(found(PathStyle::Mastodon), Some("https://example.com/?q=gärten。"));
        assert_eq!(found(PathStyle::X), Some("https://example.com/?q=g"));
    }
}
