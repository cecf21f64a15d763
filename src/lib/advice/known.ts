// What an entry of the catalogue is.

/** A failure that AWS is known for, and what to do about it. */
export interface Known {
  /** Stable name. */
  id: string
  /** Matches AWS's reason, followed by its code in brackets. Named groups can be used in `next`. */
  when: RegExp
  /** Where that text was seen: a GitHub thread as `owner/repo#n`, a file, or a page. */
  seen: string
  /**
   * What to do, in one or two sentences. `{name}` is replaced by a group of `when`, or for one of `region`, `stage`,
   * `system`, `suffix`, `bootstrap` (its command), `resource` (its logical ids) and `type`.
   */
  next: string
}
