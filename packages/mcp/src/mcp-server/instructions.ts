/** What a client puts before its model: when to use what, in few words, because it is there on every turn. */
export const instructions = [
  'Agent Brain searches the code and documents of this project, locally.',
  'Use `search` first when you look for where something is: ask in words or by identifier; it names files, best first, with their best lines, for fewer tokens than grep and reading.',
  'Read on in the file itself at the lines named, or by `get_chunk`.',
  '`find_symbol`, `find_callers` and `find_references` go by text, not by resolved names.',
  'Paths are relative to the project root. Answers come from the index: when a note says that files are pending or indexing goes on, ask again.',
  'Indexing starts by itself on the first search; `index_folder` is for when changes are not taken up.',
].join(' ');
