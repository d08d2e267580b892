/** What can be wrong with a log. Each is a sentence for the operator, who reads it beside number and id. */
export const FINDINGS = {
  entry_changed: 'the entry is not what was sealed: one of its values was changed',
  entry_moved: 'the entry names another tenant than the one it was sealed for',
  entry_missing: 'the entry was removed',
  entry_beside: 'the entry was put in beside the log: it was never sealed and does not wait to be',
  entry_lost: 'an entry waited to be sealed and was removed',
  entry_unsealed: 'entries have waited for more than ten minutes to be sealed',
  entry_back_dated: 'the entry is dated long before it came into the log',
  entry_post_dated: 'the entry is dated long after it came into the log',
  erased_alone: 'details were taken out of the entry, and no entry of the log tells of it',
  erasure_changed: 'what this erasing took out is not what is missing now',
  link_changed: 'the link of the chain was changed',
  link_missing: 'links of the chain were removed',
  link_displaced:
    'the link does not follow the one before it: links were changed, put in or reordered',
  time_backward: 'the link was sealed before the one it follows',
  chain_end: 'the chain does not end where its record says',
  truncated: 'the chain ends before a place that was signed: entries were cut off its end',
  head_differs: 'another link was signed at this place: the chain was written anew',
  head_unproven: 'a signed end is not signed by a known key, or was changed',
  checkpoint_differs: 'the cut is not the one that was signed',
  checkpoint_unproven: 'a cut is not signed by a known key, or was changed',
  entry_unreadable: 'the entry holds what none can: it was changed, or is damaged',
  link_unreadable: 'the link of the chain holds what none can: it was changed, or is damaged',
  erasure_unreadable: 'what is kept of an erasing cannot be read: it was changed, or is damaged',
  head_unreadable: 'a signed end cannot be read: it was changed, or is damaged',
  checkpoint_unreadable: 'a cut cannot be read: it was changed, or is damaged',
  chain_unreadable:
    'the record of where the chain ends cannot be read: it was changed, or is damaged',
  key_unreadable: 'a signing key cannot be read: it was changed, or is damaged',
  tenant_unreadable:
    'a part of the log names a tenant that cannot be read: it was changed, or is damaged',
  line_unreadable: 'the line is not one of an export',
  export_unproven: 'the export is not signed by a known key, is not whole, or was changed',
} as const
export type FindingCode = keyof typeof FINDINGS

export interface Finding {
  readonly what: FindingCode
  /** Place in the chain; null where it has none. */
  readonly seq: number | null
  /** Id of the log entry; null where none is known. */
  readonly entry: string | null
}

/** How many findings are told one by one; a chain that was torn up has no use for more. */
export const MOST_FINDINGS = 200
