import type { Titles } from './titles.ts'

/** How one requirement is answered. Tests are named below `tests/`: `bff/auth/verify.test.ts › a good token › is granted`. */
export type Answer =
  | {
      readonly met: 'yes'
      readonly where: readonly [string, ...string[]]
      readonly note?: string
    }
  | {
      readonly met: 'no'
      /** Why not. */
      readonly why: string
      /** What would change that, or who can meet it instead. */
      readonly change: string
      /** What of it is tested all the same. */
      readonly where?: readonly string[]
    }
  | { readonly met: 'not applicable'; readonly why: string; readonly where?: readonly string[] }

/** One requirement: what it says, in our words, and how it is answered. */
export type Row = { readonly id: string; readonly says: string } & Answer

/** Everything one source asks for, each requirement answered once. */
export interface Table {
  readonly name: string
  readonly url: string
  /** What we count as asked for, and by which reading of the source. */
  readonly about: string
  /** The ids of the requirements, written down apart from their answers. */
  readonly listed: readonly string[]
  readonly rows: readonly Row[]
}

const TESTS = 'tests/'

/** The tests a row names, from the repository's root. */
export function testsOf(row: Row): string[] {
  return (row.where ?? []).map((reference) => TESTS + reference)
}

/** The shortest sentence that can say why; anything shorter is an excuse. */
const A_SENTENCE = 25

/** Everything that is wrong with a table. Pure. */
export function faultsOf(table: Table, titles: Titles): string[] {
  const times = new Map<string, number>()
  for (const { id } of table.rows) times.set(id, (times.get(id) ?? 0) + 1)
  const listed = new Set(table.listed)
  const counted = [
    ...(listed.size === table.listed.length ? [] : ['the list names a requirement twice']),
    ...table.listed.filter((id) => !times.has(id)).map((id) => `${id}: is not answered`),
    ...[...times].flatMap(([id, count]) => [
      ...(listed.has(id) ? [] : [`${id}: is not asked for`]),
      ...(count === 1 ? [] : [`${id}: is answered ${count} times`]),
    ]),
  ]
  const answered = table.rows.flatMap((row) => [
    ...(row.says.length < A_SENTENCE ? [`${row.id}: does not say what is asked for`] : []),
    ...(row.met === 'yes' && row.where.length === 0 ? [`${row.id}: names no test`] : []),
    ...(row.met !== 'yes' && row.why.length < A_SENTENCE ? [`${row.id}: does not say why`] : []),
    ...(row.met === 'no' && row.change.length < A_SENTENCE
      ? [`${row.id}: does not say what would change it`]
      : []),
    ...testsOf(row).flatMap((reference) => {
      const fault = titles.fault(reference)
      return fault === undefined ? [] : [`${row.id}: ${fault}`]
    }),
  ])
  return [...counted, ...answered].map((fault) => `${table.name}, ${fault}`)
}
