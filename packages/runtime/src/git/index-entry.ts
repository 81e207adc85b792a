export interface IndexEntry {
  /** Path in the work tree, `/` between its parts. Valid only until the next entry is asked for. */
  readonly path: Buffer;
  readonly mode: number;
  /** When the file was last modified, as far as git knows: seconds, and the rest in nanoseconds (0: not recorded). */
  readonly modifiedS: number;
  readonly modifiedNs: number;
  /** Low 32 bits of the inode (0: not recorded). */
  readonly ino: number;
}
