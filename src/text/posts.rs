//! The posts of a draft: the units that a platform publishes, byte for byte as they were written.

use super::{Format, Span};

/// One post of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Post<'t> {
    /// Its place in the draft, from 0.
    pub index: usize,
    /// Where it lies in the content.
    pub span: Span,
    /// What will be published.
    pub text: &'t str,
}

/// Cuts the content into posts.
///
/// `single` is one post, also when it is empty. A `thread` has one post a line; a line ends with LF or CRLF, lines of white space
/// are skipped, and nothing is trimmed. A thread of blank lines alone has no post.
pub fn posts(content: &str, format: Format) -> Vec<Post<'_>> {
    match format {
        Format::Single => vec![Post { index: 0, span: Span::new(0, content.len()), text: content }],
        Format::Thread => thread(content),
    }
}

fn thread(content: &str) -> Vec<Post<'_>> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in content.split_inclusive('\n') {
        let text = line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line));
        if !text.chars().all(char::is_whitespace) {
            found.push(Post { index: found.len(), span: Span::new(start, start + text.len()), text });
        }
        start += line.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(content: &str) -> Vec<&str> {
        posts(content, Format::Thread).into_iter().map(|post| post.text).collect()
    }

    #[test]
    fn a_single_draft_is_one_post_even_with_many_lines() {
        let content = "one\ntwo\n";
        assert_eq!(posts(content, Format::Single), [Post { index: 0, span: Span::new(0, 8), text: content }]);
        assert_eq!(posts("", Format::Single).len(), 1);
    }

    #[test]
    fn a_thread_is_a_post_per_line_and_nothing_is_trimmed() {
        assert_eq!(texts(" one \r\n\n\t\u{a0}\ntwo\r\r\nthree"), [" one ", "two\r", "three"]);
        assert_eq!(texts("one\rstill one\u{2028}still"), ["one\rstill one\u{2028}still"]);
        assert_eq!(texts("\n \r\n"), Vec::<&str>::new());
    }

    #[test]
    fn spans_point_at_what_is_published() {
        let content = "😀 one\r\n\r\nzwei ü\n";
        for post in posts(content, Format::Thread) {
            assert_eq!(post.span.of(content), post.text);
        }
    }
}
