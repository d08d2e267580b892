import { type Findings, INVARIANTS, type Invariant } from './check.ts'
import type { History, ServerCall } from './history.ts'
import type { Leftovers } from './leftovers.ts'
import type { Deaths } from './murderer.ts'

const FINAL = ['succeeded', 'failed', 'cancelled', 'resolved']

/** What a run came to. */
export interface Figures {
  readonly database: 'file' | 'sqld'
  readonly seed: number
  readonly workers: number
  readonly servers: number
  readonly seconds: number
  /** How much longer than usual leases, freezes and quarantines were. */
  readonly scale: number
  readonly operations: number
  /** Operations by the state they were last seen in, and by action. */
  readonly states: Readonly<Record<string, number>>
  readonly actions: Readonly<Record<string, number>>
  /** Operations that failed, by the code people were shown. */
  readonly failures: Readonly<Record<string, number>>
  /** Changing calls that reached a server, those carried out, and those hit by a fault. */
  readonly calls: number
  readonly carried_out: number
  readonly faulted: number
  /** Changes made after the connection was gone. */
  readonly late: number
  /** Milliseconds a changing call ran at a server, at most; and what quarantine was made for. */
  readonly longest_run: number
  readonly assumed_run: number
  /** Most writes in flight at one server. */
  readonly most_in_flight: number
  readonly deaths: Deaths & { readonly stopped_before_sending: number }
  /** Requests of clients that were never answered. */
  readonly answers_lost: number
  /** What was refused to clients, by code; and operations no client was ever told of. */
  readonly refusals: Readonly<Record<string, number>>
  readonly unheard_of: number
  /** Operations that waited for a day. */
  readonly planned: number
  readonly by_answer: number
  readonly by_read_back: number
  readonly sent_again: number
  readonly to_attention: number
  /** Milliseconds from acceptance to the end. */
  readonly settle: { readonly p50: number; readonly p95: number; readonly max: number }
  readonly broken: Readonly<Record<Invariant, number>>
}

/** The value below which a share of a list lies; 0 of an empty one. Pure. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

/** How often each word occurs. Pure. */
export function counted(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const word of [...words].sort()) counts[word] = (counts[word] ?? 0) + 1
  return counts
}

/** What a run leaves behind, before it is counted. */
export interface Accounts {
  readonly run: Pick<Figures, 'database' | 'seed' | 'seconds' | 'scale' | 'assumed_run'>
  readonly workers: number
  readonly servers: number
  readonly history: History
  readonly calls: readonly (ServerCall & { readonly fault: string | null })[]
  readonly findings: Findings
  readonly leftovers: Leftovers
  readonly deaths: Deaths
  readonly stopped_before_sending: number
  readonly answers_lost: number
  readonly refusals: readonly string[]
}

/** Counts a run. Pure. */
export function figuresOf(accounts: Accounts): Figures {
  const { history, calls, findings, leftovers } = accounts
  const { operations } = history
  const carried = calls.filter(({ carried_out_at }) => carried_out_at !== null)
  const settled = operations.flatMap(({ accepted_at, sights }) => {
    const end = sights.find(({ state }) => FINAL.includes(state))
    const waits = sights.some(({ state }) => state === 'scheduled')
    return end === undefined || waits ? [] : [Math.max(0, end.seen_at - accepted_at)]
  })
  const attention = operations.filter(({ sights }) =>
    sights.some(({ state }) => state === 'attention'),
  )
  const planned = operations.filter(({ sights }) =>
    sights.some(({ state }) => state === 'scheduled'),
  ).length
  return {
    ...accounts.run,
    workers: accounts.workers,
    servers: accounts.servers,
    operations: operations.length,
    states: counted(operations.map(({ sights }) => sights.at(-1)?.state ?? 'never seen')),
    failures: counted(
      operations.flatMap(({ sights }) => {
        const last = sights.at(-1)
        return last?.state === 'failed' ? [last.error ?? 'without a reason'] : []
      }),
    ),
    actions: counted(operations.map(({ action }) => action)),
    calls: calls.length,
    carried_out: carried.length,
    faulted: calls.filter(({ fault }) => fault !== null).length,
    late: carried.filter(({ fault }) => fault === 'change_after_cut' || fault === 'delay').length,
    longest_run: Math.max(0, ...calls.map(({ arrived_at, until }) => until - arrived_at)),
    most_in_flight: mostInFlight(calls),
    deaths: { ...accounts.deaths, stopped_before_sending: accounts.stopped_before_sending },
    answers_lost: accounts.answers_lost,
    refusals: counted(accounts.refusals),
    unheard_of: operations.filter(({ key }) => key.startsWith('unheard of')).length - planned,
    planned,
    by_answer: leftovers.by_answer,
    by_read_back: leftovers.by_read_back,
    sent_again: leftovers.sent_again,
    to_attention: attention.length,
    settle: {
      p50: percentile(settled, 0.5),
      p95: percentile(settled, 0.95),
      max: Math.max(0, ...settled),
    },
    broken: brokenOf(findings),
  }
}

function brokenOf(findings: Findings): Record<Invariant, number> {
  const counts = Object.entries(findings).map(([name, found]) => [name, found.length])
  // The keys of Findings are the invariants.
  return Object.fromEntries(counts) as Record<Invariant, number>
}

function mostInFlight(calls: readonly ServerCall[]): number {
  const moments = calls.map(
    (call) =>
      calls.filter(
        (other) =>
          other.server === call.server &&
          other.arrived_at <= call.arrived_at &&
          other.until > call.arrived_at,
      ).length,
  )
  return Math.max(0, ...moments)
}

const listed = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')

/** The figures as people read them. Pure. */
export function shownFigures(figures: Figures): string {
  const { deaths, settle, broken } = figures
  const broke = Object.entries(INVARIANTS).map(([name, words]) => {
    // The keys of INVARIANTS are those of `broken`.
    const count = broken[name as Invariant]
    return `  ${count === 0 ? '✓' : '✗'} ${String(count).padStart(5)}  ${name.replaceAll('_', ' ')}: ${words}`
  })
  return [
    `chaos on ${figures.database === 'file' ? 'a database file' : 'sqld'}, ${figures.workers} BFF process(es), ${figures.servers} WHM servers, seed ${figures.seed}, ${Math.round(figures.seconds)} s, times × ${figures.scale.toFixed(1)}`,
    `  operations ${figures.operations}: ${listed(figures.states)}`,
    `  actions: ${listed(figures.actions)}; on a date ${figures.planned}`,
    `  failed with: ${listed(figures.failures)}`,
    `  changing calls ${figures.calls}, carried out ${figures.carried_out} (${figures.late} after the connection was gone), hit by a fault ${figures.faulted}, most in flight at a server ${figures.most_in_flight}, longest run ${figures.longest_run} ms of ${figures.assumed_run} ms assumed`,
    `  processes killed ${deaths.workers_killed}, frozen ${deaths.workers_frozen}, stopped just before a call ${deaths.stopped_before_sending}; databases killed ${deaths.databases_killed}; answers clients never got ${figures.answers_lost}, operations they never heard of ${figures.unheard_of}`,
    `  refused: ${listed(figures.refusals)}`,
    `  steps settled by the answer ${figures.by_answer}, by read-back ${figures.by_read_back}, sent again ${figures.sent_again}; operations to attention ${figures.to_attention}`,
    `  time to settle: p50 ${settle.p50} ms, p95 ${settle.p95} ms, max ${settle.max} ms`,
    ...broke,
  ].join('\n')
}
