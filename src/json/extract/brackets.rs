//! Brackets among words.

/// For each bracket that opens where the one stands that closes it, if there is one. No pair reaches over a line that
/// opens or closes a fence.
#[derive(Debug)]
pub(super) struct Brackets {
    /// The places of brackets that open, in bytes, and of those that close them.
    pairs: Vec<(usize, Option<usize>)>,
}

impl Brackets {
    pub(super) fn of(text: &str) -> Self {
        let mut pairs: Vec<(usize, Option<usize>)> = Vec::new();
        // Which pairs are open, and by which bracket.
        let mut open: Vec<(usize, u8)> = Vec::new();
        // How many of each kind are open.
        let mut counts = [0_usize; 2];
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            if is_fence(line) {
                open.clear();
                counts = [0; 2];
            }
            for (at, byte) in line.bytes().enumerate() {
                match byte {
                    b'{' | b'[' => {
                        open.push((pairs.len(), byte));
                        pairs.push((start + at, None));
                        *count(&mut counts, byte) += 1;
                    }
                    b'}' | b']' => {
                        let opening = if byte == b'}' { b'{' } else { b'[' };
                        // Those that were opened since then are never closed.
                        while *count(&mut counts, opening) > 0 {
                            let Some((pair, bracket)) = open.pop() else { break };
                            *count(&mut counts, bracket) -= 1;
                            if bracket == opening {
                                if let Some(pair) = pairs.get_mut(pair) {
                                    pair.1 = Some(start + at);
                                }
                                break;
                            }
                        }
                    }
                    _ => {}
                }
            }
            start += line.len();
        }
        Self { pairs }
    }

    /// Where the bracket is closed that opens at this place.
    pub(super) fn close_of(&self, place: usize) -> Option<usize> {
        let found = self.pairs.binary_search_by_key(&place, |pair| pair.0).ok()?;
        self.pairs.get(found)?.1
    }
}

fn count(counts: &mut [usize; 2], bracket: u8) -> &mut usize {
    let [braces, squares] = counts;
    if bracket == b'{' {
        braces
    } else {
        squares
    }
}

/// Whether a line opens or closes a fence.
fn is_fence(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("```") || line.starts_with("~~~")
}
