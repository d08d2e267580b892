import { parseSync } from 'vite'

/** A `describe` or an `it` as it stands in the source of a test. */
export interface Title {
  /** Its own words behind those of what it stands in: `a token › is refused`. What is put in when it runs is `…`. */
  readonly path: string
  readonly kind: 'describe' | 'it'
  /** It, or what it stands in, is skipped or still to do: it proves nothing. */
  readonly skipped: boolean
}

/** Between the titles of a path, and between a file and the path in it. */
export const WITHIN = ' › '

interface Node {
  readonly type: string
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value
}

function member(node: Node, name: string): unknown {
  return Reflect.get(node, name)
}

/** The words of a title; what is not written there is `…`. */
function wordsOf(title: unknown): string {
  if (!isNode(title)) return '…'
  if (title.type === 'Literal') return String(member(title, 'value'))
  if (title.type !== 'TemplateLiteral') return '…'
  const quasis = member(title, 'quasis')
  if (!Array.isArray(quasis)) return '…'
  return quasis
    .map((quasi: unknown) => {
      const value = isNode(quasi) ? member(quasi, 'value') : undefined
      const cooked: unknown =
        typeof value === 'object' && value !== null ? Reflect.get(value, 'cooked') : undefined
      return typeof cooked === 'string' ? cooked : ''
    })
    .join('…')
}

/** `it`, `describe.skip`, `it.only` … by their parts; nothing for any other call. */
function calleeOf(node: Node): { kind: Title['kind']; skips: boolean } | undefined {
  const callee = member(node, 'callee')
  if (!isNode(callee)) return undefined
  const isMember = callee.type === 'MemberExpression'
  const root = isMember ? member(callee, 'object') : callee
  const how = isMember ? member(callee, 'property') : undefined
  const name = isNode(root) ? member(root, 'name') : undefined
  if (name !== 'describe' && name !== 'it') return undefined
  const word = isNode(how) ? member(how, 'name') : undefined
  return { kind: name, skips: word === 'skip' || word === 'todo' }
}

/** `{ skip: … }` and `{ todo: … }` among the arguments, whatever their values are: a test that may not run is no proof. */
function saysSkip(argument: unknown): boolean {
  if (!isNode(argument) || argument.type !== 'ObjectExpression') return false
  const properties = member(argument, 'properties')
  return (
    Array.isArray(properties) &&
    properties.some((property: unknown) => {
      const key = isNode(property) ? member(property, 'key') : undefined
      const name = isNode(key) ? member(key, 'name') : undefined
      return name === 'skip' || name === 'todo'
    })
  )
}

/** What one file of tests says. */
export interface Told {
  readonly titles: readonly Title[]
  /** Every text written in it, titles or not; what is put in when it runs is `…`. */
  readonly words: ReadonlySet<string>
}

/** Reads the titles of one file of tests, in order. @throws Error when it does not parse */
export function toldBy(file: string, source: string): Told {
  const { program, errors } = parseSync(file, source)
  const [error] = errors
  if (error) throw new Error(`${file}: ${error.message}`)
  const titles: Title[] = []
  const words = new Set<string>()
  const visit = (value: unknown, within: string, skipped: boolean): void => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item, within, skipped)
      return
    }
    if (!isNode(value)) return
    if (value.type === 'Literal' || value.type === 'TemplateLiteral') words.add(wordsOf(value))
    const callee = value.type === 'CallExpression' ? calleeOf(value) : undefined
    const given = member(value, 'arguments')
    if (callee === undefined || !Array.isArray(given)) {
      for (const child of Object.values(value)) visit(child, within, skipped)
      return
    }
    const title = wordsOf(given[0])
    const path = within === '' ? title : `${within}${WITHIN}${title}`
    const isSkipped = skipped || callee.skips || given.some(saysSkip)
    titles.push({ path, kind: callee.kind, skipped: isSkipped })
    for (const argument of given.slice(1)) visit(argument, path, isSkipped)
  }
  visit(program, '', false)
  return { titles, words }
}

/** What stands in a text where a pattern has `…`, each; nothing when it does not fit. */
function putInto(pattern: string, text: string): string[] | undefined {
  const parts = pattern.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('(.+)')}$`, 's').exec(text)?.slice(1)
}

/** Whether a file holds this text, or one it becomes when something is put in. */
function isSaid(words: ReadonlySet<string>, text: string): boolean {
  if (words.has(text)) return true
  return [...words].some((word) => word.includes('…') && word !== '…' && putInto(word, text))
}

/**
 * The titles a path names. Where a title has `…` the path may say which of the tests is meant: what it puts there must be
 * written in the file.
 */
function namedIn({ titles, words }: Told, path: string): Title[] {
  return titles.filter((title) => {
    if (title.path === path) return true
    const put = title.path.includes('…') ? putInto(title.path, path) : undefined
    return put?.every((text) => text === '…' || isSaid(words, text)) === true
  })
}

/** Titles by file, read from these sources when they are first asked for. */
export class Titles {
  readonly #sources: ReadonlyMap<string, string>
  readonly #known = new Map<string, Told>()

  /** @param sources path from the repository's root → content */
  constructor(sources: ReadonlyMap<string, string>) {
    this.#sources = sources
  }

  /**
   * What is wrong with a reference to a test, or nothing.
   *
   * @param reference `tests/…/a.test.ts › a describe › an it`; a `describe` alone stands for all that is in it
   */
  fault(reference: string): string | undefined {
    const [file = '', ...rest] = reference.split(WITHIN)
    const source = this.#sources.get(file)
    if (!file.endsWith('.test.ts') || source === undefined)
      return `there is no file of tests ${file}`
    const path = rest.join(WITHIN)
    if (rest.at(-1) === undefined || rest.at(-1) === '…') return 'it names no test'
    const told = this.#toldBy(file, source)
    const named = namedIn(told, path)
    if (named.length === 0) return `no test is called so in ${file}: ${path}`
    const tests = named.flatMap((title) =>
      title.kind === 'it'
        ? [title]
        : told.titles.filter(
            (inner) => inner.kind === 'it' && inner.path.startsWith(`${title.path}${WITHIN}`),
          ),
    )
    return tests.some(({ skipped }) => !skipped) ? undefined : `it proves nothing: ${reference}`
  }

  #toldBy(file: string, source: string): Told {
    const known = this.#known.get(file)
    if (known !== undefined) return known
    const read = toldBy(file, source)
    this.#known.set(file, read)
    return read
  }
}
