import { setImmediate as turn } from 'node:timers/promises'
import type { Database } from '../../../db/connect.ts'
import { checkpointsFound, hasOddHeads } from '../../../db/evidence.ts'
import { BROKEN, type Reading } from '../../../db/evidence-rows.ts'
import { type BesidePage, entriesBeside, hasOddLinks } from '../../../db/links.ts'
import { linkBounds } from '../../../db/log-retention.ts'
import { chainFound, queueOf, tenantsChained } from '../../../db/seals.ts'
import type { Clock } from '../../contract/clock.ts'
import type { TenantId } from '../../contract/ids.ts'
import { type Finding, type FindingCode, MOST_FINDINGS } from './findings.ts'
import { beginningOf } from './forms.ts'
import { keysFound, type PublicKey } from './keys.ts'
import { type LinkRead, linksOf } from './links.ts'
import { type Signed, signedBy } from './signed.ts'
import { SignedEnds, says } from './signed-ends.ts'
import { ChainWalk, DATED_WITHIN } from './walk.ts'

/** What became of looking a tenant's log through. */
export interface Verdict {
  readonly tenant: string
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
  /** Rows one query reads; 100 unless told. Between two, whoever else asks is heard. */
  readonly page?: number
}

interface VerifyDeps {
  readonly db: Database
  readonly clock: Clock
}

const PAGE = 100

type Cut = Extract<Signed, { kind: 'checkpoint' }> & { readonly jws: string }

/** What was found, up to as much as is told. */
class Findings {
  readonly list: Finding[] = []
  more = false

  add(...found: readonly Finding[]): void {
    for (const one of found) {
      if (this.list.length < MOST_FINDINGS) this.list.push(one)
      else this.more = true
    }
  }

  say(what: FindingCode, seq: number | null = null, entry: string | null = null): void {
    this.add({ what, seq, entry })
  }
}

async function usableKeys(
  db: Database,
  { keys }: VerifyOptions,
  findings: Findings,
): Promise<PublicKey[]> {
  if (keys !== undefined) return [...keys]
  return (await keysFound(db)).flatMap((known) => {
    if (known !== BROKEN) return [known.key]
    findings.say('key_unreadable')
    return []
  })
}

/** The last cut that was signed. */
async function lastCut(
  db: Database,
  tenant: TenantId,
  keys: readonly PublicKey[],
  findings: Findings,
): Promise<Cut | undefined> {
  let cut: Cut | undefined
  for (const row of await checkpointsFound(db, tenant)) {
    if (row === BROKEN) {
      findings.say('checkpoint_unreadable')
      continue
    }
    const statement = (await signedBy(keys, row.jws))?.statement
    if (statement?.kind === 'checkpoint' && says(statement, tenant, row))
      cut = { ...statement, jws: row.jws }
    else findings.say('checkpoint_unproven', row.seq)
  }
  return cut
}

/** Takes a link as far as it can be read. */
function taken(walk: ChainWalk, read: LinkRead): Finding[] {
  const { seq, seal } = read
  if (seal === BROKEN) {
    walk.skip(seq)
    return [{ what: 'link_unreadable', seq, entry: null }]
  }
  const found = walk.take({ ...read, seal })
  if (read.hasBrokenErasures) found.push({ what: 'erasure_unreadable', seq, entry: seal.entry })
  return found
}

/**
 * Looks at the links a cut has left behind, where it was cut short or goes on just now. They must lead up to it: nothing
 * can be put in there where nobody looks.
 *
 * @returns the number of the first
 */
async function leftBehind(
  db: Database,
  tenant: TenantId,
  cut: Cut,
  page: number,
  findings: Findings,
): Promise<number> {
  for (;;) {
    const first = (await linkBounds(db, tenant))?.first
    if (first === undefined || first > cut.seq) return cut.seq + 1
    const walk = new ChainWalk(tenant, { seq: first - 1, hash: undefined }, new Map())
    const found: Finding[] = []
    for await (const read of linksOf(db, tenant, first - 1, cut.seq, page))
      if (found.length < MOST_FINDINGS) found.push(...taken(walk, read))
    if (walk.end.seq !== cut.seq || walk.end.hash !== cut.hash)
      found.push({ what: 'checkpoint_differs', seq: cut.seq, entry: null })
    // What is being removed while it is read says nothing: what is left then is looked at.
    if ((await linkBounds(db, tenant))?.first === first) {
      findings.add(...found)
      return first
    }
  }
}

/** Finds entries that stand in neither chain nor queue, a page at a time. */
async function lookBeside(
  db: Database,
  tenant: TenantId,
  from: number,
  page: number,
  findings: Findings,
): Promise<void> {
  let after: BesidePage['next']
  do {
    const { beside, next } = await entriesBeside(db, tenant, after, from, page)
    for (const entry of beside) findings.say('entry_beside', null, entry)
    after = next
    await turn()
  } while (after !== undefined && !findings.more)
}

/**
 * Looks a tenant's log through: every entry against its seal, every seal against the one before it, the whole against
 * every signed end, and what stands beside it. Reads only, a page at a time. Where something is wrong it looks again: what
 * was erased or cut while it read is not wrong the second time.
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
  const page = options.page ?? PAGE
  const findings = new Findings()
  const keys = await usableKeys(db, options, findings)
  const cut = await lastCut(db, tenant, keys, findings)
  const ends = new SignedEnds(db, tenant, keys, page)
  for (const jws of options.heads ?? []) findings.add(...(await ends.add(jws)))
  // Before the walk: what is sealed meanwhile is behind this end.
  const chain = await chainFound(db, tenant)
  const queue = await queueOf(db, tenant)
  const from = cut ?? { seq: 0, hash: beginningOf(tenant) }
  // What was signed of the part that is gone can be held against nothing any more.
  findings.add(...(await ends.readTo(from.seq)))
  if (cut !== undefined && [...(ends.get(cut.seq) ?? [])].some((hash) => hash !== cut.hash))
    findings.say('checkpoint_differs', cut.seq)
  const begins =
    cut === undefined ? -Number.MAX_SAFE_INTEGER : await leftBehind(db, tenant, cut, page, findings)
  const walk = new ChainWalk(tenant, from, ends)
  const last = chain === undefined || chain === BROKEN ? undefined : chain
  let reached: string | undefined = from.seq === last?.seq ? from.hash : undefined
  const after = cut === undefined ? begins : cut.seq
  for await (const read of linksOf(db, tenant, after, undefined, page)) {
    if (ends.isDue(read.seq)) findings.add(...(await ends.readTo(read.seq)))
    findings.add(...taken(walk, read))
    if (read.seq === last?.seq) reached = read.seal === BROKEN ? undefined : read.seal.hash
  }
  findings.add(...walk.close(), ...(await ends.readTo(Number.MAX_SAFE_INTEGER)))
  const { end } = walk
  if (endIsWrong(chain, reached, walk.count > 0 || cut !== undefined || ends.last > from.seq))
    findings.say(chain === BROKEN ? 'chain_unreadable' : 'chain_end', last?.seq)
  if (ends.last > end.seq) findings.say('truncated', ends.last)
  if (await hasOddLinks(db, tenant)) findings.say('link_unreadable')
  if (await hasOddHeads(db, tenant)) findings.say('head_unreadable')
  await lookBeside(db, tenant, begins, page, findings)
  for (const entry of queue.lost) findings.say('entry_lost', null, entry)
  for (const entry of queue.broken) findings.say('entry_unreadable', null, entry)
  if (queue.oldest !== null && clock.now() - queue.oldest > DATED_WITHIN)
    findings.say('entry_unsealed')
  return {
    tenant,
    ok: findings.list.length === 0,
    links: walk.count,
    seq: end.seq,
    hash: end.hash,
    waiting: queue.waiting,
    erased: walk.erased,
    cut: cut === undefined ? null : { seq: cut.seq, before: cut.before, at: cut.at, jws: cut.jws },
    heads: ends.count,
    findings: findings.list,
    more: findings.more,
  }
}

/** @param isThere whether anything is left of a chain that its record could tell the end of */
function endIsWrong(
  chain: Reading<{ readonly hash: string }> | undefined,
  reached: string | undefined,
  isThere: boolean,
): boolean {
  if (chain === BROKEN) return true
  return chain === undefined ? isThere : reached !== chain.hash
}

/** What is said of rows that name no tenant anybody could ask for. */
const NOBODYS: Verdict = {
  tenant: '?',
  ok: false,
  links: 0,
  seq: 0,
  hash: '',
  waiting: 0,
  erased: 0,
  cut: null,
  heads: 0,
  findings: [{ what: 'tenant_unreadable', seq: null, entry: null }],
  more: false,
}

/** Looks the logs of all tenants through that ever had one, or of one. */
export async function verifyLogs(
  deps: VerifyDeps,
  tenant: TenantId | undefined,
  options: VerifyOptions = {},
): Promise<Verdict[]> {
  const { tenants, isAll } =
    tenant === undefined ? await tenantsChained(deps.db) : { tenants: [tenant], isAll: true }
  const verdicts: Verdict[] = []
  for (const one of tenants) verdicts.push(await verifyTenant(deps, one, options))
  return isAll ? verdicts : [...verdicts, NOBODYS]
}
