import { createHash } from 'node:crypto'
import { type Finding, MOST_FINDINGS } from '../chain/findings.ts'
import { beginningOf } from '../chain/forms.ts'
import type { PublicKey } from '../chain/keys.ts'
import { signedBy } from '../chain/signed.ts'
import { ChainWalk } from '../chain/walk.ts'
import { cutLineSchema, entryLineSchema, lastLineSchema, linkOfLine } from './lines.ts'

/** What became of looking an export through. */
export interface ExportVerdict {
  readonly ok: boolean
  readonly tenant: string | null
  /** Null for the whole tenant's. */
  readonly service: string | null
  readonly links: number
  /** Where the chain ended when the export was made. */
  readonly seq: number | null
  readonly hash: string | null
  readonly erased: number
  readonly findings: readonly Finding[]
  readonly more: boolean
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/**
 * Looks an export in JSON Lines through, with nothing but public keys.
 *
 * @param lines without their line feeds
 * @param signed heads or checkpoints (compact JWS) it must agree with
 */
export async function verifyExport(
  lines: AsyncIterable<string>,
  keys: readonly PublicKey[],
  signed: readonly string[] = [],
): Promise<ExportVerdict> {
  const findings: Finding[] = []
  let more = false
  const find = (...found: readonly Finding[]) => {
    for (const one of found) {
      if (findings.length < MOST_FINDINGS) findings.push(one)
      else more = true
    }
  }
  const digest = createHash('sha256')
  const watched = new Map<number, Set<string>>()
  const statements = await Promise.all(signed.map((jws) => signedBy(keys, jws)))
  for (const one of statements) {
    if (one === undefined) find({ what: 'head_unproven', seq: null, entry: null })
    else if (one.statement.kind !== 'export')
      watched.set(
        one.statement.seq,
        (watched.get(one.statement.seq) ?? new Set()).add(one.statement.hash),
      )
  }
  let walk: ChainWalk | undefined
  let tenant: string | undefined
  let start: { readonly seq: number; readonly hash: string } | undefined
  let first: { readonly seq: number; readonly prev: string } | undefined
  let last: unknown
  let gap: number | undefined
  let count = 0
  for await (const line of lines) {
    // The last line is known to be the last only when none follows.
    if (last !== undefined) find({ what: 'line_unreadable', seq: null, entry: null })
    const value = parsed(line)
    const ending = lastLineSchema.safeParse(value)
    if (ending.success) {
      last = ending.data
      continue
    }
    digest.update(`${line}\n`)
    const cut = cutLineSchema.safeParse(value)
    if (cut.success && count === 0) {
      const statement = (await signedBy(keys, cut.data.checkpoint))?.statement
      if (statement?.kind === 'checkpoint') start = statement
      else find({ what: 'checkpoint_unproven', seq: null, entry: null })
      continue
    }
    const entry = entryLineSchema.safeParse(value)
    if (!entry.success) {
      find({ what: 'line_unreadable', seq: null, entry: null })
      continue
    }
    const link = linkOfLine(entry.data)
    tenant ??= entry.data.entry.tenant
    first ??= { seq: link.seal.seq, prev: link.seal.prev }
    // Which links must follow one another is known at the end only; those that do are held against each other at once.
    walk ??= new ChainWalk(tenant, { seq: link.seal.seq - 1, hash: link.seal.prev }, watched, false)
    if (walk.end.seq + 1 !== link.seal.seq) gap ??= link.seal.seq
    find(...walk.take(link))
    count += 1
  }
  const ending = lastLineSchema.safeParse(last)
  const claim = ending.success ? (await signedBy(keys, ending.data.export))?.statement : undefined
  const head = ending.success ? (await signedBy(keys, ending.data.head))?.statement : undefined
  const isProven =
    claim?.kind === 'export' &&
    head?.kind === 'head' &&
    claim.tenant === (tenant ?? claim.tenant) &&
    head.tenant === claim.tenant &&
    head.seq === claim.seq &&
    head.hash === claim.hash &&
    claim.count === count &&
    claim.lines === digest.digest('base64url')
  if (!isProven) find({ what: 'export_unproven', seq: null, entry: null })
  const whole = claim?.kind === 'export' && claim.service === null
  if (whole && walk !== undefined && first !== undefined) {
    const from = start ?? { seq: 0, hash: beginningOf(claim.tenant) }
    const missing = first.seq === from.seq + 1 ? gap : first.seq
    if (missing !== undefined) find({ what: 'link_missing', seq: missing, entry: null })
    if (first.prev !== from.hash) find({ what: 'link_displaced', seq: first.seq, entry: null })
    if (walk.end.seq !== claim.seq || walk.end.hash !== claim.hash)
      find({ what: 'truncated', seq: claim.seq, entry: null })
    find(...walk.close())
  }
  return {
    ok: findings.length === 0,
    tenant: claim?.tenant ?? tenant ?? null,
    service: claim?.kind === 'export' ? claim.service : null,
    links: count,
    seq: claim?.seq ?? null,
    hash: claim?.hash ?? null,
    erased: walk?.erased ?? 0,
    findings,
    more,
  }
}
