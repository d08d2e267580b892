import type { AcceptedOperation, History, ServerCall, Sight } from './history.ts'

/** What must never happen, by the name it is reported under. */
export const INVARIANTS = {
  duplicates: 'changes carried out more often than asked for',
  unasked: 'changes nobody asked for',
  lost: 'operations accepted that never ended',
  false_successes: 'successes shown that were none',
  false_failures: 'failures shown although the change was made',
  late_changes: 'changes made after their operation had ended',
  overlapping_calls: 'calls for one account at the same time',
  over_bound: 'more writes in flight at a server than its bound',
  operations_at_once: 'operations of one service at the same time',
  foreign_accounts: 'changes to another account than was meant',
  overwritten: 'changes of somebody else that were overwritten',
  locks_left: 'account locks left behind',
  secrets_left: 'secrets left behind',
  differences: 'servers that differ from what was confirmed',
} as const

export type Invariant = keyof typeof INVARIANTS
/** A sentence for each time an invariant was broken. */
export type Findings = Readonly<Record<Invariant, readonly string[]>>

const FINAL = ['succeeded', 'failed', 'cancelled', 'resolved']

/** The names of the invariants that were broken. Pure. */
export function broken(findings: Findings): Invariant[] {
  // The keys of INVARIANTS are those of Findings.
  return (Object.keys(INVARIANTS) as Invariant[]).filter((name) => findings[name].length > 0)
}

/** Holds what was shown to people against what the server did. Pure. */
export function check(history: History): Findings {
  const { calls, operations } = history
  const carried = calls.filter((call) => call.carried_out_at !== null)
  const { attributed, unasked } = attribute(history, carried)
  const judged = operations.map((operation) =>
    judge(history, operation, attributed.get(operation.id) ?? []),
  )
  const all = (name: keyof Judged) => judged.flatMap((one) => one[name])
  return {
    duplicates: [...all('duplicates'), ...keysSplit(operations)],
    unasked: unasked.map((call) => `${named(call)} at ${call.carried_out_at}`),
    lost: all('lost'),
    false_successes: all('false_successes'),
    false_failures: all('false_failures'),
    late_changes: all('late_changes'),
    overlapping_calls: overlapping(calls),
    over_bound: overBound(calls, history.bound),
    operations_at_once: atOnce(operations),
    foreign_accounts: all('foreign_accounts'),
    overwritten: all('overwritten'),
    locks_left: history.locks,
    secrets_left: history.secrets,
    differences: history.differences,
  }
}

function named({ server, function: name, account }: ServerCall): string {
  return `${name}(${account}) on ${server}`
}

function lastSight({ sights }: AcceptedOperation): Sight | undefined {
  return sights.at(-1)
}

/**
 * Whose call each was. Calls carry no number of an operation: one belongs to the operation asked for last, before it
 * arrived, that has such a step.
 */
function attribute(
  { operations, functionOf }: History,
  carried: readonly ServerCall[],
): { attributed: Map<string, ServerCall[]>; unasked: ServerCall[] } {
  const askers = new Map<string, AcceptedOperation[]>()
  for (const operation of [...operations].sort((a, b) => a.asked_at - b.asked_at)) {
    for (const step of lastSight(operation)?.steps ?? []) {
      const key = `${operation.server} ${functionOf(step.name)} ${step.account}`
      const known = askers.get(key)
      if (known === undefined) askers.set(key, [operation])
      else known.push(operation)
    }
  }
  const attributed = new Map<string, ServerCall[]>()
  const unasked: ServerCall[] = []
  for (const call of carried) {
    const key = `${call.server} ${call.function} ${call.account}`
    const asker = askers.get(key)?.findLast(({ asked_at }) => asked_at <= call.arrived_at)
    if (asker === undefined) unasked.push(call)
    else attributed.set(asker.id, [...(attributed.get(asker.id) ?? []), call])
  }
  return { attributed, unasked }
}

type Judged = Record<
  | 'duplicates'
  | 'lost'
  | 'false_successes'
  | 'false_failures'
  | 'late_changes'
  | 'foreign_accounts'
  | 'overwritten',
  string[]
>

/** One operation against the calls that were carried out for it. */
function judge(
  history: History,
  operation: AcceptedOperation,
  calls: readonly ServerCall[],
): Judged {
  const found: Judged = {
    duplicates: [],
    lost: [],
    false_successes: [],
    false_failures: [],
    late_changes: [],
    foreign_accounts: [],
    overwritten: [],
  }
  const last = lastSight(operation)
  const what = `${operation.id} (${operation.action} of ${operation.service})`
  if (last === undefined || !FINAL.includes(last.state)) {
    found.lost.push(`${what} was last seen ${last?.state ?? 'nowhere'}`)
  }
  for (const call of calls) {
    const meant = operation.identities[call.account]
    if (meant !== undefined && call.identity !== meant)
      found.foreign_accounts.push(
        `${what}: ${named(call)} hit ${call.identity}, meant was ${meant}`,
      )
    const image = operation.images?.[call.account]
    if (image !== undefined && call.found !== undefined && call.found !== image)
      found.overwritten.push(`${what}: ${named(call)} went over ${call.found}, seen was ${image}`)
    const ended = operation.sights.find(({ state }) => FINAL.includes(state))
    if (ended !== undefined && (call.carried_out_at ?? 0) > ended.seen_at)
      found.late_changes.push(`${what}: ${named(call)} was made after it was shown ${ended.state}`)
  }
  for (const step of last?.steps ?? []) {
    const name = history.functionOf(step.name)
    const made = calls.filter((call) => call.function === name && call.account === step.account)
    const of = `${what}: ${name}(${step.account})`
    const again = history.absolute.includes(name)
      ? made.slice(1).filter(({ changed }) => changed)
      : made.slice(1)
    if (again.length > 0) found.duplicates.push(`${of} was carried out ${made.length} times`)
    if (step.state === 'succeeded') {
      const first = operation.sights.find((sight) => isShown(sight, step))
      if (made.length === 0) found.false_successes.push(`${of} is shown done and was never made`)
      else if (made.every(({ carried_out_at }) => (carried_out_at ?? 0) > (first?.seen_at ?? 0)))
        found.false_successes.push(`${of} was shown done before it was made`)
    } else if (made.length > 0 && step.state === 'skipped' && last?.state === 'succeeded') {
      found.duplicates.push(`${of} is shown skipped and was made`)
    } else if (made.length > 0 && (last?.state === 'failed' || last?.state === 'cancelled')) {
      found.false_failures.push(`${of} is shown ${step.state} in ${last.state} and was made`)
    }
  }
  return found
}

function isShown(sight: Sight, step: Sight['steps'][number]): boolean {
  return sight.steps.some(
    ({ name, account, state }) =>
      name === step.name && account === step.account && state === 'succeeded',
  )
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return groups
}

function overlapping(calls: readonly ServerCall[]): string[] {
  const found: string[] = []
  const byAccount = grouped(calls, ({ server, account }) => `${server} ${account}`)
  for (const [key, group] of byAccount) {
    let busy: ServerCall | undefined
    for (const call of [...group].sort((a, b) => a.arrived_at - b.arrived_at)) {
      if (busy !== undefined && call.arrived_at < busy.until)
        found.push(
          `${key}: ${call.function} came ${busy.until - call.arrived_at} ms before ${busy.function} was over`,
        )
      if (busy === undefined || call.until > busy.until) busy = call
    }
  }
  return found
}

function overBound(calls: readonly ServerCall[], bound: number): string[] {
  const found: string[] = []
  for (const [server, group] of grouped(calls, ({ server }) => server)) {
    const ends: number[] = []
    for (const { arrived_at, until } of [...group].sort((a, b) => a.arrived_at - b.arrived_at)) {
      const running = ends.filter((end) => end > arrived_at)
      ends.splice(0, ends.length, ...running, until)
      if (ends.length > bound) found.push(`${server}: ${ends.length} writes at ${arrived_at}`)
    }
  }
  return found
}

/** One gesture is one operation, however often it is repeated. */
function keysSplit(operations: readonly AcceptedOperation[]): string[] {
  return [...grouped(operations, ({ key }) => key)].flatMap(([key, group]) =>
    group.length === 1 ? [] : [`key ${key} became ${group.map(({ id }) => id).join(' and ')}`],
  )
}

/**
 * When an operation was unfinished for certain: from its acceptance, or the end of its waiting for a day, to the last
 * time somebody saw it so.
 */
function certainly({ accepted_at, sights }: AcceptedOperation): [number, number] {
  const open = sights.filter(({ state }) => !FINAL.includes(state) && state !== 'scheduled')
  const planned = sights.some(({ state }) => state === 'scheduled')
  const from = planned ? (open[0]?.seen_at ?? Number.POSITIVE_INFINITY) : accepted_at
  return [from, Math.max(0, ...open.map(({ asked_at }) => asked_at))]
}

function atOnce(operations: readonly AcceptedOperation[]): string[] {
  const found: string[] = []
  for (const [service, group] of grouped(operations, (one) => `${one.server} ${one.service}`)) {
    const spans = group
      .map((one) => ({ id: one.id, span: certainly(one) }))
      .filter(({ span: [from, until] }) => from < until)
      .sort((a, b) => a.span[0] - b.span[0])
    for (const [at, { id, span }] of spans.entries()) {
      const other = spans.slice(0, at).find((one) => one.span[1] > span[0])
      if (other !== undefined) found.push(`${service}: ${other.id} and ${id}`)
    }
  }
  return found
}
