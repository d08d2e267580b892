import type { Database } from '../../../db/connect.ts'
import { type HeadFound, headsAfter } from '../../../db/evidence.ts'
import { BROKEN } from '../../../db/evidence-rows.ts'
import type { TenantId } from '../../contract/ids.ts'
import type { Finding } from './findings.ts'
import type { PublicKey } from './keys.ts'
import { type Signed, signedBy } from './signed.ts'

/** Whether what was signed is what its row says. Pure. */
export function says(
  statement: Extract<Signed, { kind: 'head' | 'checkpoint' }>,
  tenant: TenantId,
  row: { readonly seq: number; readonly hash: string; readonly at: number },
): boolean {
  return (
    statement.tenant === tenant &&
    statement.seq === row.seq &&
    statement.hash === row.hash &&
    statement.at === row.at
  )
}

/**
 * The signed ends of a chain, read beside its links in the order of their numbers: however many there are, no more than
 * a page of them is held.
 */
export class SignedEnds {
  readonly #db: Database
  readonly #tenant: TenantId
  readonly #keys: readonly PublicKey[]
  readonly #page: number
  readonly #elsewhere = new Map<number, Set<string>>()
  #waiting: HeadFound[] = []
  #after = 0
  #isRead = false
  #here: { readonly seq: number; readonly hash: string } | undefined
  #count = 0
  #last = 0

  constructor(db: Database, tenant: TenantId, keys: readonly PublicKey[], page: number) {
    this.#db = db
    this.#tenant = tenant
    this.#keys = keys
    this.#page = page
  }

  /** Ends that hold: the chain is held against each. */
  get count(): number {
    return this.#count
  }

  /** Number of the last one that was read; 0 where there is none. */
  get last(): number {
    return this.#last
  }

  /** Takes one from outside the database in. */
  async add(jws: string): Promise<Finding[]> {
    const statement = (await signedBy(this.#keys, jws))?.statement
    if (statement === undefined) return [{ what: 'head_unproven', seq: null, entry: null }]
    if (statement.kind === 'export' || statement.tenant !== this.#tenant) return []
    const { seq, hash } = statement
    this.#elsewhere.set(seq, (this.#elsewhere.get(seq) ?? new Set()).add(hash))
    this.#hold(seq)
    return []
  }

  /** Hashes that were signed at this number, of those that were read up to it. */
  get(seq: number): ReadonlySet<string> | undefined {
    const elsewhere = this.#elsewhere.get(seq)
    if (this.#here?.seq !== seq) return elsewhere
    return new Set([...(elsewhere ?? []), this.#here.hash])
  }

  /** Whether `readTo` has anything to do. */
  isDue(seq: number): boolean {
    const [next] = this.#waiting
    return next === undefined ? !this.#isRead : next.seq <= seq
  }

  /** Reads those up to a number, that included. @returns what is wrong with them */
  async readTo(seq: number): Promise<Finding[]> {
    const findings: Finding[] = []
    while (this.isDue(seq)) {
      const next = this.#waiting.shift()
      if (next === undefined) {
        this.#waiting = await headsAfter(this.#db, this.#tenant, this.#after, this.#page)
        this.#isRead = this.#waiting.length < this.#page
        this.#after = this.#waiting.at(-1)?.seq ?? this.#after
      } else findings.push(...(await this.#take(next)))
    }
    return findings
  }

  async #take({ seq, head }: HeadFound): Promise<Finding[]> {
    if (head === BROKEN) return [{ what: 'head_unreadable', seq, entry: null }]
    const statement = (await signedBy(this.#keys, head.jws))?.statement
    if (statement?.kind !== 'head' || !says(statement, this.#tenant, head))
      return [{ what: 'head_unproven', seq, entry: null }]
    this.#here = { seq, hash: head.hash }
    this.#hold(seq)
    return []
  }

  #hold(seq: number): void {
    this.#count += 1
    this.#last = Math.max(this.#last, seq)
  }
}
