/** Something that must be true of every operation, whatever dies. */
export interface Promised {
  readonly text: string
  /** What keeps it: a row, an index, a condition of a write. */
  readonly kept_by: string
}

/** What the engine promises. The page README.md beside this file is made from it; the chaos suite looks for each. */
export const PROMISES = {
  once_asked: {
    text: 'One gesture of a person is one operation, however often its request arrives.',
    kept_by:
      'the unique index over tenant, subject and idempotency key; the operation row is the record of the key',
  },
  one_of_a_service: {
    text: 'A service has at most one unfinished operation, and at most one that is planned.',
    kept_by: 'two partial unique indexes, `operation_one_unfinished` and `operation_one_scheduled`',
  },
  one_of_an_account: {
    text: 'At most one operation at a time may change an account, over all tenants, tokens and replicas; a cascade has all of its accounts or none.',
    kept_by: 'the primary key of `account_lock`, taken in the write that writes the steps down',
  },
  bound_of_a_server: {
    text: 'A server never has more writes in flight than its bound; one whose outcome is not known counts until its quarantine ends.',
    kept_by:
      'the count inside the one statement that claims, and once more in the write of *sent*, which is refused whole',
  },
  intent_before_call: {
    text: 'No changing call is made that is not written down as *sent* first, with its before-image and the end of its quarantine.',
    kept_by:
      'the write of *sent* is conditional on fence, owner, unexpired lease and state; without it there is no call',
  },
  one_holder: {
    text: 'Only the runner that holds an operation may change it, and a runner that lost it can change nothing any more.',
    kept_by:
      'fence, owner and lease are conditions of every write of a runner; every claim and every taking back raises the fence',
  },
  never_sent_blindly: {
    text: 'A call whose outcome is not known is never sent again on the strength of a time-out: only after quarantine, once, when two equal reads far enough apart show that it had no effect; a password never.',
    kept_by:
      'the step leaves `uncertain` for `pending` by one move alone, decided in proof-schedule.ts',
  },
  ours_alone: {
    text: 'A proof is taken from the account the step was planned for and from a change it did not have before; another identity under the name goes to a person.',
    kept_by: 'identity (start date, uid), before-image and *sent* time in the proofs of each step',
  },
  success_is_confirmed: {
    text: 'A success is shown only when the server confirmed every step or reading proved it; the record of the service changes in the same write.',
    kept_by: 'the move `succeeded` starts where no step is pending, sent, uncertain or failed',
  },
  failure_is_definite: {
    text: 'A failure is shown only for a definite no. What was done before it is told as a partial success and can be gone on with.',
    kept_by: 'the table of verdicts below',
  },
  planned_as_confirmed: {
    text: 'What was left for a date is carried out only on the accounts that were confirmed, none more, each suspended since the recorded second, its identity, domain and owner unchanged, at most a day late; otherwise a person is told what differs. Who asks for the account back, or for another deletion, ends the plan.',
    kept_by:
      'the plan is written with the success that prepared it; when-due.ts before anything is sent; `planDropped` in the write of the other request, of a cascade that reaches the account, of its unlinking',
  },
  nothing_is_lost: {
    text: 'What was accepted ends, or waits for a person who is told what is known, what is not, and what can be done.',
    kept_by:
      'leases that run out, the sweep that takes back, read-backs with a next time, the stuck detector',
  },
  nothing_stays: {
    text: 'When an operation ends, its locks and its secrets go in the same write.',
    kept_by: 'the statements of every ending move',
  },
} as const satisfies Record<string, Promised>

/** What no engine on this side of the wire can promise, and what remains then. */
export const LEFT_TO_THE_SERVER = [
  {
    text: 'The server cannot refuse a stale call: it knows nothing of our fences. A process that is stopped exactly between its last look at the clock and the first byte, for longer than quarantine less the call’s time-out, sends a call nobody expects any more.',
    remains:
      'a username is made once only, an account of another identity is not touched by name because the call fails or the next guard stops; suspending, unsuspending and setting a package twice changes nothing more',
  },
  {
    text: 'The server works on after a hang-up, for as long as it likes. Quarantine is longer than the longest run known (15 minutes); a run longer than that can have its effect after its absence was proven.',
    remains: 'the same as above; the read-back after the second call sees the effect of either',
  },
  {
    text: 'Nothing can be read of a password. Whether a change that was not answered took effect is for a person to try.',
    remains: 'it is never sent again by itself; the person may type it anew after 5 minutes',
  },
  {
    text: 'Which rights a reseller was given cannot be read back: no function of WHM tells them.',
    remains:
      'setting them replaces all of them, so the call is repeated once after quarantine; then a person is asked',
  },
  {
    text: 'Somebody else may change an account by the server’s own pages between our guard and our call. One call is not one transaction there.',
    remains:
      'guards are read immediately before each call, and what is proven is compared with what was there then; what is neither as it was nor as it was to be is a person’s to look at',
  },
  {
    text: 'The server keeps no name of who changed something. If somebody else brings about the very same between our guard and the proof of a lost answer, the same package, domain, rights, reason or deletion, it counts as ours.',
    remains:
      'the account is then as was asked for; creating and suspending are dated by the server too, so that older ones never count',
  },
] as const
