/** The sentence for each plural category of one parameter (`Intl.PluralRules`); `other` is always there. */
export interface PluralEntry {
  readonly plural: string
  readonly zero?: string
  readonly one?: string
  readonly two?: string
  readonly few?: string
  readonly many?: string
  readonly other: string
}

/** One text of a catalogue: a sentence with placeholders `{name}` or `{name:format}` (`format.ts`). */
export type Entry = string | PluralEntry

type NameOf<P extends string> = P extends `${infer Name}:${string}` ? Name : P
type NamesIn<S extends string> = S extends `${string}{${infer P}}${infer Rest}`
  ? NameOf<P> | NamesIn<Rest>
  : never
type Sentences<E extends Entry> = E extends string
  ? E
  : E extends PluralEntry
    ? Extract<E['other'], string>
    : never

/** Names of the parameters a text needs. */
export type Placeholders<E extends Entry> = NamesIn<Sentences<E>>

/** `never` for catalogues that agree; otherwise the codes whose placeholders differ. */
export type Disagreements<
  A extends Readonly<Record<string, Entry>>,
  B extends { readonly [K in keyof A]: Entry },
> = {
  [K in keyof A]: [Placeholders<A[K]>, Placeholders<B[K]>] extends [
    Placeholders<B[K]>,
    Placeholders<A[K]>,
  ]
    ? never
    : K
}[keyof A]

/** The placeholders of a sentence as written: name, and format where one is given. */
export function placeholdersOf(sentence: string): { name: string; format: string | undefined }[] {
  return [...sentence.matchAll(/\{([a-z_]+)(?::([a-z]+))?\}/g)].map(([, name = '', format]) => ({
    name,
    format,
  }))
}

/** Every sentence of an entry. */
export function sentencesOf(entry: Entry): string[] {
  if (typeof entry === 'string') return [entry]
  const { plural: _parameter, ...sentences } = entry
  return Object.values(sentences).filter((sentence) => sentence !== undefined)
}
