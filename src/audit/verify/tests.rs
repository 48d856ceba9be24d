//! Exports as they are written, and everything that somebody could have done to one.

use super::*;
use crate::audit::export::{leaves, lines, whole_requests};
use crate::audit::note::tests::keys;
use crate::audit::row::{AuditRow, tests::row};
use crate::audit::tree::Node;

const ORIGIN: &str = "postgate/audit";

/// An export of `count` rows, three a request, as lines; the leaves before `first` are held by hashes alone.
fn export(count: i64, first: u64, end: Option<u64>) -> Vec<String> {
    let agents = ["writer", "qa_gatekeeper", "posting"];
    let rows: Vec<AuditRow> =
        (0..count).zip(agents.iter().cycle()).map(|(at, agent)| row(at + 1, &format!("q{}", at / 3), agent)).collect();
    let all = leaves(&rows, 0).unwrap();
    let size = all.len() as u64;
    let end = end.unwrap_or(size);
    let (mut tree, mut nodes_made) = (Stretch::default(), Vec::new());
    for leaf in &all {
        tree.push(Node { level: 0, index: leaf.index }, decode(&leaf.hash).unwrap(), |node, hash| nodes_made.push((node, hash)));
    }
    let stretch = |range: Range<u64>| {
        let mut stretch = Stretch::default();
        for node in nodes(range) {
            stretch.push(node, nodes_made.iter().find(|(known, _)| *known == node).unwrap().1, |_, _| {});
        }
        stretch
    };
    let note = Checkpoint { origin: ORIGIN.to_owned(), size, root: tree.root() }.sign(&keys());
    let kept: Vec<_> = all.into_iter().filter(|leaf| (first..end).contains(&leaf.index)).collect();
    let rows = rows.into_iter().filter(|row| kept.iter().any(|leaf| leaf.request_id == row.request_id)).collect();
    let mut text: Vec<String> = lines(&kept, rows).iter().map(|line| serde_json::to_string(line).unwrap()).collect();
    text.push(serde_json::to_string(&CheckpointLine::new(note, first..end, &stretch(0..first), &stretch(end..size))).unwrap());
    text
}

fn verify(lines: &[String]) -> Verdict {
    let mut verifier = Verifier::new(keys().ring().clone());
    let text = lines.join("\n") + "\n";
    for piece in text.as_bytes().chunks(1000) {
        verifier.push(piece);
    }
    verifier.finish()
}

#[test]
fn the_lines_of_an_export_are_unchanged() {
    assert_eq!(export(4, 1, None).join("\n") + "\n", include_str!("../../../tests/data/audit-export.ndjson"));
}

#[test]
fn an_export_as_it_was_written_is_right() {
    for count in 0..20 {
        let verdict = verify(&export(count, 0, None));
        assert_eq!((verdict.problems.as_slice(), verdict.rows), (&[][..], count.unsigned_abs()));
    }
    for (first, end) in [(0, 7), (1, 7), (3, 4), (4, 4), (7, 7), (6, 7), (0, 1)] {
        let verdict = verify(&export(21, first, Some(end)));
        assert_eq!((verdict.ok, verdict.first_leaf, verdict.end_leaf, verdict.tree_size), (true, first, end, 7), "{verdict:?}");
    }
}

/// Ten thousand rows: each column of each row is under the row's hash.
#[test]
fn a_value_flipped_in_any_column_of_any_row_is_another_hash() {
    for id in 1..=10_000 {
        let whole = row(id, "q", "writer");
        let value = serde_json::to_value(&whole).unwrap();
        let own = whole.hash().unwrap();
        // Every column for every hundredth row, one for the others, so that each column comes by in each stretch.
        let at = usize::try_from(id).unwrap();
        for (index, column) in AuditRow::COLUMNS.iter().enumerate() {
            if at % 100 == 0 || at % AuditRow::COLUMNS.len() == index {
                let changed: AuditRow = serde_json::from_value(flip(value.clone(), column)).unwrap();
                assert_ne!(changed.hash().unwrap(), own, "{column} of {id}");
            }
        }
    }
}

fn flip(mut row: serde_json::Value, column: &str) -> serde_json::Value {
    let value = row.get_mut(column).unwrap();
    *value = match value {
        serde_json::Value::Number(number) => (number.as_i64().unwrap() + 1).into(),
        serde_json::Value::String(text) => format!("{text} ").into(),
        _ => "".into(),
    };
    row
}

/// The place of the first problem: its line and its request.
fn place(lines: &[String]) -> (u64, Option<String>) {
    let verdict = verify(lines);
    assert!(!verdict.ok, "nothing was found");
    let first = verdict.problems.into_iter().next().unwrap();
    (first.line, first.request_id)
}

#[test]
fn a_changed_value_a_removed_row_and_swapped_rows_are_found_with_their_lines_in_ten_thousand() {
    let whole = export(10_000, 0, None);
    assert!(verify(&whole).ok);
    let mut lines = whole.clone();
    let mut expected = Vec::new();
    for (number, column) in AuditRow::COLUMNS.iter().enumerate() {
        let at = number * 549 + 300;
        let mut line: serde_json::Value = serde_json::from_str(&lines[at]).unwrap();
        line["row"] = flip(line["row"].take(), column);
        expected.push((at as u64 + 1, line["row"]["request_id"].as_str().map(str::to_owned)));
        lines[at] = line.to_string();
    }
    let found: Vec<_> = verify(&lines).problems.into_iter().map(|problem| (problem.line, problem.request_id)).collect();
    assert_eq!(found, expected);
    let mut lines = whole.clone();
    lines.remove(7000);
    assert_eq!(place(&lines).0, 7000);
    let mut lines = whole;
    lines.swap(2500, 7500);
    assert_eq!(place(&lines).0, 2500);
}

#[test]
fn every_member_of_every_line_is_held() {
    let whole = export(9, 0, None);
    for at in 0..9 {
        for (member, value) in [("leaf", 7.into()), ("leaf_hash", "x".into()), ("row_hash", "x".into()), ("row_hash", "".into())] {
            let mut lines = whole.clone();
            let mut line: serde_json::Value = serde_json::from_str(&lines[at]).unwrap();
            line[member] = value;
            lines[at] = line.to_string();
            let (found, _) = place(&lines);
            assert!(found.abs_diff(at as u64 + 1) <= 2, "{member} of line {}: told line {found}", at + 1);
        }
    }
}

#[test]
fn a_row_removed_repeated_or_swapped_is_found_with_its_place() {
    for whole in [export(30, 0, None), export(30, 3, Some(9))] {
        let rows = whole.len() - 1;
        for at in 0..rows {
            let mut lines = whole.clone();
            lines.remove(at);
            let (found, _) = place(&lines);
            assert!(found.abs_diff(at as u64 + 1) <= 2 || found == rows as u64, "removed line {}: told line {found}", at + 1);
            let mut lines = whole.clone();
            lines.insert(at, whole[at].clone());
            let (found, _) = place(&lines);
            assert!(found.abs_diff(at as u64 + 1) <= 2, "repeated line {}: told line {found}", at + 1);
            for other in at + 1..rows {
                let mut lines = whole.clone();
                lines.swap(at, other);
                let (found, _) = place(&lines);
                assert!(found.abs_diff(at as u64 + 1) <= 2, "swapped lines {} and {}: told line {found}", at + 1, other + 1);
            }
        }
        for request in 0..rows / 3 {
            let mut lines = whole.clone();
            lines.drain(request * 3..request * 3 + 3);
            place(&lines);
        }
    }
}

#[test]
fn the_checkpoint_is_the_single_last_line() {
    let whole = export(6, 0, None);
    let (rows, checkpoint) = whole.split_at(6);
    assert!(!verify(rows).ok && !verify(&[]).ok);
    assert_eq!(place(&[whole.as_slice(), checkpoint].concat()).0, 8);
    assert_eq!(place(&[&whole[..3], checkpoint, &whole[3..6]].concat()).0, 5);
    assert_eq!(place(&[&whole[..3], &["{}".to_owned()], &whole[3..]].concat()).0, 4);
    let earlier = export(3, 0, None).pop().unwrap();
    assert_eq!(place(&[rows, &[earlier]].concat()).0, 7);
    let mut last: serde_json::Value = serde_json::from_str(&checkpoint[0]).unwrap();
    last["checkpoint"] = last["checkpoint"].as_str().unwrap().replacen("audit", "other", 1).into();
    assert_eq!(place(&[rows, &[last.to_string()]].concat()).0, 7);
}

#[test]
fn a_file_without_a_last_line_end_is_read_to_its_end() {
    let mut verifier = Verifier::new(keys().ring().clone());
    verifier.push(export(6, 0, None).join("\n").as_bytes());
    let verdict = verifier.finish();
    assert_eq!((verdict.problems.as_slice(), verdict.rows), (&[][..], 6));
}

#[test]
fn a_line_longer_than_any_row_is_told_and_no_more_of_it_is_kept() {
    let whole = export(3, 0, None);
    let endless = "x".repeat(MAX_LINE_BYTES + 2000);
    let lines = [&whole[..3], &[endless], &whole[3..]].concat();
    let mut verifier = Verifier::new(keys().ring().clone());
    for piece in (lines.join("\n") + "\n").as_bytes().chunks(1 << 16) {
        verifier.push(piece);
        assert!(verifier.rest.len() <= MAX_LINE_BYTES + 1);
    }
    let found: Vec<_> = verifier.finish().problems.into_iter().map(|problem| (problem.line, problem.what)).collect();
    assert_eq!(found, [(4, format!("a line of more than {MAX_LINE_BYTES} bytes, which no row has"))]);
}

/// Numbers that canonical JSON does not have: no writer of ours stores one.
#[test]
fn a_row_that_has_no_hash_is_told_with_its_leaf() {
    let mut lines = export(6, 0, None);
    let mut line: serde_json::Value = serde_json::from_str(&lines[4]).unwrap();
    line["row"]["id"] = i64::MAX.into();
    lines[4] = line.to_string();
    let first = verify(&lines).problems.into_iter().next().unwrap();
    assert_eq!((first.line, first.leaf, first.request_id.as_deref()), (5, Some(1), Some("q1")), "{}", first.what);
    assert!(first.what.contains("canonical"), "{}", first.what);
}

/// The last line of an export with one member changed, and what is said of it.
fn told_of_last(member: &str, value: serde_json::Value) -> String {
    let mut lines = export(9, 1, Some(2));
    let mut last: serde_json::Value = serde_json::from_str(&lines[3]).unwrap();
    last[member] = value;
    lines[3] = last.to_string();
    let problems = verify(&lines).problems;
    assert_eq!((problems.len(), problems[0].line), (1, 4), "{problems:?}");
    problems[0].what.clone()
}

#[test]
fn leaves_that_the_tree_does_not_have_are_no_place() {
    assert_eq!(told_of_last("end_leaf", 4.into()), "the last line says leaves 1 to 4, which are not in a tree of 3");
    assert_eq!(told_of_last("first_leaf", 3.into()), "the last line says leaves 3 to 2, which are not in a tree of 3");
}

#[test]
fn the_leaves_that_are_not_in_the_export_have_as_many_hashes_as_such_a_tree() {
    let other = "the hashes before or behind the rows are not those of such a tree";
    for member in ["before", "after"] {
        for value in [serde_json::json!([]), serde_json::json!(["x"]), serde_json::json!([encode(&[0; 32]), encode(&[0; 32])])] {
            assert_eq!(told_of_last(member, value), other, "{member}");
        }
        assert!(told_of_last(member, serde_json::json!([encode(&[0; 32])])).contains("signed root"), "{member}");
    }
}

#[test]
fn rows_rewritten_with_their_hashes_do_not_give_the_signed_root() {
    let (whole, mut forged) = (export(6, 0, None), row(1, "q0", "writer"));
    forged.status = "FAIL".to_owned();
    let rows = [forged, row(2, "q0", "qa_gatekeeper"), row(3, "q0", "posting")].to_vec();
    let leaf = leaves(&rows, 0).unwrap();
    let mut lines: Vec<String> = lines(&leaf, rows).iter().map(|line| serde_json::to_string(line).unwrap()).collect();
    lines.extend_from_slice(&whole[3..]);
    let verdict = verify(&lines);
    assert_eq!((verdict.problems.len(), verdict.problems[0].line), (1, 7), "{verdict:?}");
    assert!(verdict.problems[0].what.contains("signed root"));
}

#[test]
fn a_row_that_no_leaf_holds_is_found() {
    let rows = vec![row(1, "a", "writer"), row(3, "b", "writer")];
    let all = leaves(&rows, 0).unwrap();
    let with_another = vec![row(1, "a", "writer"), row(2, "slipped", "writer"), row(3, "b", "writer")];
    let found = lines(&all, with_another);
    assert_eq!((found[1].leaf, found[1].row_hash.as_str()), (1, ""));
}

#[test]
fn a_page_is_cut_between_two_requests() {
    let rows: Vec<AuditRow> = [(1, "a"), (2, "a"), (3, "b"), (4, "b")].map(|(id, request)| row(id, request, "writer")).to_vec();
    assert_eq!((whole_requests(&rows, 5), whole_requests(&rows, 4), whole_requests(&rows[..2], 2)), (4, 2, 2));
    assert_eq!(whole_requests(&[], 5), 0);
}
