import { BROKEN, type Reading, type StoredSeal } from '../../../db/evidence-rows.ts'
import type { Finding, FindingCode } from './findings.ts'
import {
  type EntryFacts,
  ERASURE_CODE,
  type Erased,
  entryDigest,
  erasedForm,
  erasureDigest,
  linkHash,
  type Part,
  partDigest,
} from './forms.ts'

/** One link as it is looked at, from the database or from an export. */
export interface Link {
  readonly seal: StoredSeal
  /** Undefined where it is gone. */
  readonly entry: Reading<EntryFacts> | undefined
  /** Digests of the parts of this entry that were erased. */
  readonly erased: Readonly<Partial<Record<Part, string>>>
  /** Of an entry that tells of an erasing: everything it erased. */
  readonly erases?: readonly Erased[]
}

/** Milliseconds by which an entry's time may differ from when it came into the log. */
export const DATED_WITHIN = 10 * 60 * 1000

function isErasedForm(entry: EntryFacts, part: Part): boolean {
  const form: Partial<Record<string, unknown>> = erasedForm(entry, part)
  const now: Partial<Record<string, unknown>> = { ...entry }
  return Object.entries(form).every(([name, value]) => now[name] === value)
}

/**
 * Follows a chain link by link and finds what is wrong with it. Pure: it is handed the links in the order of their numbers.
 */
export class ChainWalk {
  readonly #tenant: string
  readonly #isWhole: boolean
  #seq: number
  #hash: string | undefined
  #sealed_at = 0
  #caught_up_at = 0
  #count = 0
  #erased = 0
  readonly #untold = new Map<string, Finding>()
  readonly #watched: Pick<ReadonlyMap<number, ReadonlySet<string>>, 'get'>

  /**
   * @param from the place the first link must follow; a hash that is not known is not held against it
   * @param watched hashes that were signed, by their place
   * @param isWhole whether every link is handed in, in the order of the chain; an export of one service leaves others out
   */
  constructor(
    tenant: string,
    from: { readonly seq: number; readonly hash: string | undefined },
    watched: Pick<ReadonlyMap<number, ReadonlySet<string>>, 'get'>,
    isWhole = true,
  ) {
    this.#tenant = tenant
    this.#seq = from.seq
    this.#hash = from.hash
    this.#watched = watched
    this.#isWhole = isWhole
  }

  /** The last link that was taken; an empty hash where it is not known. */
  get end(): { readonly seq: number; readonly hash: string } {
    return { seq: this.#seq, hash: this.#hash ?? '' }
  }

  /** Links taken. */
  get count(): number {
    return this.#count
  }

  /** Entries of them whose personal details are erased. */
  get erased(): number {
    return this.#erased
  }

  take(link: Link): Finding[] {
    const { seal, entry } = link
    this.#count += 1
    const codes = [...this.#chained(seal), ...this.#entry(link)]
    this.#erasures(link)
    this.#seq = seal.seq
    this.#hash = seal.hash
    this.#sealed_at = Math.max(this.#sealed_at, seal.sealed_at)
    this.#caught_up_at = Math.max(this.#caught_up_at, seal.caught_up_at)
    if (
      link.erases !== undefined &&
      entry !== undefined &&
      entry !== BROKEN &&
      !this.#tells(entry, link.erases)
    )
      codes.push('erasure_changed')
    return codes.map((what) => ({ what, seq: seal.seq, entry: seal.entry }))
  }

  /** Passes over a link that cannot be read. */
  skip(seq: number): void {
    this.#count += 1
    this.#seq = seq
    this.#hash = undefined
  }

  /** @returns what only the whole of it shows: details that are missing with no entry that tells of it */
  close(): Finding[] {
    return [...this.#untold.values()]
  }

  #chained(seal: StoredSeal): FindingCode[] {
    const codes: FindingCode[] = []
    if (linkHash(this.#tenant, seal) !== seal.hash) codes.push('link_changed')
    const follows = seal.seq === this.#seq + 1
    if (this.#isWhole && !follows) codes.push('link_missing')
    const isDisplaced = this.#hash !== undefined && seal.prev !== this.#hash
    if (follows ? isDisplaced : this.#isWhole) codes.push('link_displaced')
    if (
      this.#isWhole &&
      (seal.sealed_at < this.#sealed_at || seal.caught_up_at < this.#caught_up_at)
    )
      codes.push('time_backward')
    const signed = this.#watched.get(seal.seq)
    if (signed !== undefined && [...signed].some((hash) => hash !== seal.hash))
      codes.push('head_differs')
    return codes
  }

  #entry({ seal, entry, erased }: Link): FindingCode[] {
    if (entry === undefined) return ['entry_missing']
    if (entry === BROKEN) return ['entry_unreadable']
    if (entry.tenant !== this.#tenant) return ['entry_moved']
    const who = this.#part('who', seal.who_salt, entry, erased.who)
    const what = this.#part('what', seal.what_salt, entry, erased.what)
    if (
      entry.id !== seal.entry ||
      who === undefined ||
      what === undefined ||
      entryDigest(entry, who, what) !== seal.digest
    )
      return ['entry_changed']
    if (entry.at < seal.caught_up_at - DATED_WITHIN) return ['entry_back_dated']
    if (entry.at > seal.sealed_at + DATED_WITHIN) return ['entry_post_dated']
    return []
  }

  /** The digest of a part: from what stands there, or kept from when it was erased. */
  #part(
    part: Part,
    salt: string | null,
    entry: EntryFacts,
    erased: string | undefined,
  ): string | undefined {
    if (erased === undefined) return salt === null ? undefined : partDigest(part, salt, entry)
    return salt === null && isErasedForm(entry, part) ? erased : undefined
  }

  #erasures({ seal, erased, erases }: Link): void {
    const parts = Object.entries(erased)
    if (parts.length > 0) this.#erased += 1
    for (const [part, digest] of parts)
      this.#untold.set(JSON.stringify([seal.entry, part, digest]), {
        what: 'erased_alone',
        seq: seal.seq,
        entry: seal.entry,
      })
    for (const one of erases ?? []) this.#untold.delete(JSON.stringify(one))
  }

  #tells(entry: EntryFacts, erases: readonly Erased[]): boolean {
    if (entry.code !== ERASURE_CODE) return false
    try {
      const params: unknown = JSON.parse(entry.params)
      return (
        typeof params === 'object' &&
        params !== null &&
        Reflect.get(params, 'digest') === erasureDigest(erases)
      )
    } catch {
      return false
    }
  }
}
