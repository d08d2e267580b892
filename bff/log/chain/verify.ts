import { setImmediate as turn } from 'node:timers/promises'
import type { Database } from '../../../db/connect.ts'
import {
  checkpointsOf,
  type ErasedRow,
  erasedBetween,
  erasedBy,
  headsOf,
} from '../../../db/evidence.ts'
import {
  chainOf,
  entriesBeside,
  linksAfter,
  queueOf,
  type StoredLink,
  tenantsChained,
} from '../../../db/seals.ts'
import type { Clock } from '../../contract/clock.ts'
import type { TenantId } from '../../contract/ids.ts'
import { type Finding, MOST_FINDINGS } from './findings.ts'
import { beginningOf, ERASURE_CODE, type Part } from './forms.ts'
import { knownKeys, type PublicKey } from './keys.ts'
import { type Signed, signedBy } from './signed.ts'
import { ChainWalk, DATED_WITHIN, type Link } from './walk.ts'

/** What became of looking a tenant's log through. */
export interface Verdict {
  readonly tenant: TenantId
  readonly ok: boolean
  /** Links looked at, and where the chain ends. */
  readonly links: number
  readonly seq: number
  readonly hash: string
  /** Entries that wait to be sealed. */
  readonly waiting: number
  /** Entries whose personal details were erased. */
  readonly erased: number
  /** What retention has cut; null if it never did. Times in milliseconds. */
  readonly cut: {
    readonly seq: number
    readonly before: number
    readonly at: number
    /** The signed checkpoint: an export of what was cut ends in it. */
    readonly jws: string
  } | null
  /** Signed ends the chain was held against. */
  readonly heads: number
  readonly findings: readonly Finding[]
  /** More than are told one by one. */
  readonly more: boolean
}

export interface VerifyOptions {
  /** Signed ends and cuts from outside the database (compact JWS), of any tenant. */
  readonly heads?: readonly string[]
  /** Public keys from outside the database; the database's own unless told. */
  readonly keys?: readonly PublicKey[]
}

interface VerifyDeps {
  readonly db: Database
  readonly clock: Clock
}

const PAGE = 500

type ErasedParts = ReadonlyMap<string, Partial<Record<Part, string>>>

/** Erased parts by their entries. Pure. */
export function erasedByEntry(rows: readonly ErasedRow[]): ErasedParts {
  const erased = new Map<string, Partial<Record<Part, string>>>()
  for (const { entry, part, digest } of rows)
    erased.set(entry, { ...erased.get(entry), [part]: digest })
  return erased
}

/** A link with all that was erased of it, and by it. */
export async function linkOf(
  db: Database,
  tenant: TenantId,
  { seal, entry }: StoredLink,
  erased: ErasedParts,
): Promise<Link> {
  const link = { seal, entry, erased: erased.get(seal.entry) ?? {} }
  if (entry?.code !== ERASURE_CODE) return link
  const rows = await erasedBy(db, tenant, seal.entry)
  return {
    ...link,
    erases: rows.map(({ entry: id, part, digest }) => [id, part, digest] as const),
  }
}

/** Links of a chain behind a place, in order, with all that was erased of them. */
export async function* linksOf(
  db: Database,
  tenant: TenantId,
  after: number,
  until: number = Number.MAX_SAFE_INTEGER,
): AsyncGenerator<Link> {
  for (let from = after; ; ) {
    const rows = (await linksAfter(db, tenant, from, PAGE)).filter(({ seal }) => seal.seq <= until)
    const last = rows.at(-1)?.seal.seq
    if (last === undefined) return
    const erased = erasedByEntry(await erasedBetween(db, tenant, from + 1, last))
    for (const row of rows) yield await linkOf(db, tenant, row, erased)
    from = last
    // A file answers without a turn of the event loop: whoever else asks must be heard in between.
    await turn()
  }
}

/** Hashes by the place they were signed at, from everything that holds; and what does not hold. */
async function signedPlaces(db: Database, tenant: TenantId, options: VerifyOptions) {
  const keys = options.keys ?? (await knownKeys(db)).map(({ key }) => key)
  const findings: Finding[] = []
  const places = new Map<number, Set<string>>()
  const watch = (seq: number, hash: string) =>
    places.set(seq, (places.get(seq) ?? new Set()).add(hash))
  let heads = 0
  for (const row of await headsOf(db, tenant)) {
    const statement = (await signedBy(keys, row.jws))?.statement
    if (statement?.kind !== 'head' || !says(statement, row))
      findings.push({ what: 'head_unproven', seq: row.seq, entry: null })
    else {
      watch(row.seq, row.hash)
      heads += 1
    }
  }
  for (const jws of options.heads ?? []) {
    const statement = (await signedBy(keys, jws))?.statement
    if (statement === undefined) findings.push({ what: 'head_unproven', seq: null, entry: null })
    else if (statement.kind !== 'export' && statement.tenant === tenant) {
      watch(statement.seq, statement.hash)
      heads += 1
    }
  }
  let cut: (Extract<Signed, { kind: 'checkpoint' }> & { readonly jws: string }) | undefined
  for (const row of await checkpointsOf(db, tenant)) {
    const statement = (await signedBy(keys, row.jws))?.statement
    if (statement?.kind !== 'checkpoint' || !says(statement, row))
      findings.push({ what: 'checkpoint_unproven', seq: row.seq, entry: null })
    else cut = { ...statement, jws: row.jws }
  }
  return { places, cut, heads, findings }
}

function says(
  statement: Extract<Signed, { kind: 'head' | 'checkpoint' }>,
  row: {
    readonly tenant: TenantId
    readonly seq: number
    readonly hash: string
    readonly at: number
  },
): boolean {
  return (
    statement.tenant === row.tenant &&
    statement.seq === row.seq &&
    statement.hash === row.hash &&
    statement.at === row.at
  )
}

/**
 * Looks a tenant's log through: every entry against its seal, every seal against the one before it, the whole against
 * every signed end, and what stands beside it. Reads only. Where something is wrong it looks again: what was erased or cut
 * while it read is not wrong the second time.
 */
export async function verifyTenant(
  deps: VerifyDeps,
  tenant: TenantId,
  options: VerifyOptions = {},
): Promise<Verdict> {
  const first = await lookThrough(deps, tenant, options)
  return first.ok ? first : lookThrough(deps, tenant, options)
}

async function lookThrough(
  { db, clock }: VerifyDeps,
  tenant: TenantId,
  options: VerifyOptions,
): Promise<Verdict> {
  const { places, cut, heads, findings } = await signedPlaces(db, tenant, options)
  // Before the walk: what is sealed meanwhile is behind this end.
  const chain = await chainOf(db, tenant)
  const queue = await queueOf(db, tenant)
  const from = cut ?? { seq: 0, hash: beginningOf(tenant) }
  // What was signed of the part that is gone can be held against nothing any more.
  for (const seq of places.keys()) if (cut !== undefined && seq < cut.seq) places.delete(seq)
  if (cut !== undefined && [...(places.get(cut.seq) ?? [])].some((hash) => hash !== cut.hash))
    findings.push({ what: 'checkpoint_differs', seq: cut.seq, entry: null })
  const walk = new ChainWalk(tenant, from, places)
  let more = false
  const find = (found: readonly Finding[]) => {
    for (const one of found) {
      if (findings.length < MOST_FINDINGS) findings.push(one)
      else more = true
    }
  }
  let reached: string | undefined = from.seq === chain?.seq ? from.hash : undefined
  for await (const link of linksOf(db, tenant, from.seq)) {
    find(walk.take(link))
    if (link.seal.seq === chain?.seq) reached = link.seal.hash
  }
  find(walk.close())
  const { end } = walk
  if (chain === undefined ? walk.count > 0 || places.size > 0 : reached !== chain.hash)
    find([{ what: 'chain_end', seq: chain?.seq ?? null, entry: null }])
  const beyond = [...places.keys()].filter((seq) => seq > end.seq)
  if (beyond.length > 0) find([{ what: 'truncated', seq: Math.max(...beyond), entry: null }])
  const beside = await entriesBeside(db, tenant, MOST_FINDINGS)
  find(beside.map(({ id }) => ({ what: 'entry_beside' as const, seq: null, entry: id })))
  find(queue.lost.map((entry) => ({ what: 'entry_lost' as const, seq: null, entry })))
  if (queue.oldest !== null && clock.now() - queue.oldest > DATED_WITHIN)
    find([{ what: 'entry_unsealed', seq: null, entry: null }])
  return {
    tenant,
    ok: findings.length === 0,
    links: walk.count,
    seq: end.seq,
    hash: end.hash,
    waiting: queue.waiting,
    erased: walk.erased,
    cut: cut === undefined ? null : { seq: cut.seq, before: cut.before, at: cut.at, jws: cut.jws },
    heads,
    findings,
    more,
  }
}

/** Looks the logs of all tenants through that ever had one, or of one. */
export async function verifyLogs(
  deps: VerifyDeps,
  tenant: TenantId | undefined,
  options: VerifyOptions = {},
): Promise<Verdict[]> {
  const tenants = tenant === undefined ? await tenantsChained(deps.db) : [tenant]
  const verdicts: Verdict[] = []
  for (const one of tenants) verdicts.push(await verifyTenant(deps, one, options))
  return verdicts
}
