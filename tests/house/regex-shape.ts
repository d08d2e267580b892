/** The characters one place of a pattern takes, as code point ranges. */
export type Ranges = readonly (readonly [from: number, to: number])[]

const LAST = 0x10ffff
const ANY: Ranges = [[0, LAST]]
const DIGIT: Ranges = [[48, 57]]
const WORD: Ranges = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
]
const SPACE: Ranges = [
  [9, 13],
  [32, 32],
  [160, 160],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
]

/** What is left of all characters. Pure. */
export function without(ranges: Ranges): Ranges {
  const left: [number, number][] = []
  let next = 0
  for (const [from, to] of [...ranges].sort((one, other) => one[0] - other[0])) {
    if (from > next) left.push([next, from - 1])
    next = Math.max(next, to + 1)
  }
  if (next <= LAST) left.push([next, LAST])
  return left
}

/**
 * A pattern by its places (Glushkov): which characters each takes, which can be first, and which can follow which. A pair
 * stands in `follow` once for each way of the pattern to get from one to the other.
 */
export interface Shape {
  readonly places: readonly Ranges[]
  readonly first: readonly number[]
  readonly follow: readonly (readonly [number, number])[]
  /** Patterns of look-arounds: each is tried by itself. */
  readonly asides: readonly Shape[]
  /** Places with which it has matched, whatever comes then. */
  readonly accepting: readonly number[]
  /** Whether it has to begin where the text does. */
  readonly anchored: boolean
}

interface Part {
  readonly nullable: boolean
  readonly first: number[]
  readonly last: number[]
}

const EMPTY: Part = { nullable: true, first: [], last: [] }
/** More repetitions than these are taken for any number: nobody counts on the difference. */
const COUNTED = 4

class Reader {
  readonly places: Ranges[] = []
  readonly follow: [number, number][] = []
  readonly asides: Shape[] = []
  readonly #source: string
  readonly #folds: boolean
  #at: number
  /** Whether it asks for something that takes no characters, such as an end. */
  #asserts = false

  constructor(source: string, flags: string, at = 0) {
    this.#source = source
    this.#folds = flags.includes('i')
    this.#at = at
  }

  get at(): number {
    return this.#at
  }

  alternatives(): Part {
    let whole = this.#sequence()
    while (this.#take('|')) {
      const other = this.#sequence()
      whole = {
        nullable: whole.nullable || other.nullable,
        first: [...whole.first, ...other.first],
        last: [...whole.last, ...other.last],
      }
    }
    return whole
  }

  #take(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false
    this.#at += text.length
    return true
  }

  #sequence(): Part {
    let whole = EMPTY
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at] ?? ''))
      whole = this.#joined(whole, this.#repeated())
    return whole
  }

  #joined(one: Part, other: Part): Part {
    for (const from of one.last) for (const to of other.first) this.follow.push([from, to])
    return {
      nullable: one.nullable && other.nullable,
      first: one.nullable ? [...one.first, ...other.first] : one.first,
      last: other.nullable ? [...one.last, ...other.last] : other.last,
    }
  }

  #repeated(): Part {
    const began = this.#at
    const part = this.#atom()
    const count = this.#count()
    if (count === undefined) return part
    const [least, most] = count
    const copy = (): Part => {
      // The same text again makes places of its own.
      const here = this.#at
      this.#at = began
      const again = this.#atom()
      this.#at = here
      return again
    }
    let whole = least === 0 ? { ...part, nullable: true } : part
    for (let times = 1; times < Math.min(least, COUNTED); times++)
      whole = this.#joined(whole, copy())
    if (most <= COUNTED) {
      for (let times = Math.max(least, 1); times < most; times++)
        whole = this.#joined(whole, { ...copy(), nullable: true })
      return whole
    }
    // A number that is fixed goes round nowhere.
    if (least === most) return whole
    const loop = least <= 1 ? part : copy()
    for (const from of loop.last) for (const to of loop.first) this.follow.push([from, to])
    return loop === part ? whole : this.#joined(whole, { ...loop, nullable: true })
  }

  #count(): readonly [number, number] | undefined {
    const found = this.#counted()
    if (found !== undefined) this.#take('?')
    return found
  }

  #counted(): readonly [number, number] | undefined {
    if (this.#take('*')) return [0, Infinity]
    if (this.#take('+')) return [1, Infinity]
    if (this.#take('?')) return [0, 1]
    const braces = /^\{(\d+)(,(\d*))?\}/.exec(this.#source.slice(this.#at))
    if (braces === null) return undefined
    this.#at += braces[0].length
    const least = Number(braces[1])
    if (braces[2] === undefined) return [least, least]
    return [least, braces[3] === '' ? Infinity : Number(braces[3])]
  }

  #atom(): Part {
    if (this.#take('(')) return this.#group()
    if (this.#take('[')) return this.#place(this.#class())
    if (this.#take('^')) return EMPTY
    if (this.#take('$')) return this.#asserted()
    if (this.#take('.')) return this.#place(ANY)
    if (this.#source[this.#at] === '\\') {
      if (this.#take('\\b') || this.#take('\\B')) return this.#asserted()
      return this.#place(this.#escape())
    }
    return this.#place(this.#single(this.#character()))
  }

  #group(): Part {
    const aside = ['?=', '?!', '?<=', '?<!'].find((sign) => this.#take(sign))
    if (aside !== undefined) {
      const inner = new Reader(this.#source, this.#folds ? 'i' : '', this.#at)
      const whole = inner.alternatives()
      this.#at = inner.at
      this.asides.push(inner.shape(whole, true))
      this.#take(')')
      return this.#asserted()
    }
    const named = /^\?(?::|<[^>]*>)/.exec(this.#source.slice(this.#at))
    this.#at += named?.[0].length ?? 0
    const part = this.alternatives()
    if (!this.#take(')')) throw new Error(`no end of a group in ${this.#source}`)
    return part
  }

  #asserted(): Part {
    this.#asserts = true
    return EMPTY
  }

  #character(): number {
    const code = this.#source.codePointAt(this.#at) ?? 0
    this.#at += code > 0xffff ? 2 : 1
    return code
  }

  #class(): Ranges {
    const negated = this.#take('^')
    const ranges: (readonly [number, number])[] = []
    while (!this.#take(']')) {
      const from = this.#member()
      if (
        from.length === 1 &&
        this.#source[this.#at] === '-' &&
        this.#source[this.#at + 1] !== ']'
      ) {
        this.#at += 1
        const to = this.#member()
        ranges.push(...this.#folded([[from[0]?.[0] ?? 0, to[0]?.[1] ?? 0]]))
      } else ranges.push(...from)
    }
    return negated ? without(ranges) : ranges
  }

  #member(): Ranges {
    if (this.#take('\\b')) return [[8, 8]]
    return this.#source[this.#at] === '\\' ? this.#escape() : this.#single(this.#character())
  }

  #escape(): Ranges {
    const coded =
      /^\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|u\{([0-9a-f]+)\}|p\{[^}]*\}|P\{[^}]*\}|(.))/is.exec(
        this.#source.slice(this.#at),
      )
    if (coded === null) throw new Error(`an escape without an end in ${this.#source}`)
    this.#at += coded[0].length
    const code = coded[1] ?? coded[2] ?? coded[3]
    if (code !== undefined) return this.#single(Number.parseInt(code, 16))
    const letter = coded[4]
    switch (letter) {
      // A property of characters: any of them may be meant.
      case undefined:
        return ANY
      case 'd':
        return DIGIT
      case 'D':
        return without(DIGIT)
      case 'w':
        return WORD
      case 'W':
        return without(WORD)
      case 's':
        return SPACE
      case 'S':
        return without(SPACE)
      case 'n':
        return [[10, 10]]
      case 'r':
        return [[13, 13]]
      case 't':
        return [[9, 9]]
      case '0':
        return [[0, 0]]
      default:
        if (/[1-9k]/.test(letter)) throw new Error(`it refers back: ${this.#source}`)
        return this.#single(letter.codePointAt(0) ?? 0)
    }
  }

  #single(code: number): Ranges {
    return this.#folded([[code, code]])
  }

  #folded(ranges: Ranges): Ranges {
    if (!this.#folds) return ranges
    const other = ranges.flatMap(([from, to]) => [
      ...overlap(from, to, 65, 90, 32),
      ...overlap(from, to, 97, 122, -32),
    ])
    return [...ranges, ...other]
  }

  #place(ranges: Ranges): Part {
    const place = this.places.push(ranges) - 1
    return { nullable: false, first: [place], last: [place] }
  }

  shape({ first, last }: Part, anchored: boolean): Shape {
    const { places, follow, asides } = this
    return { places, first, follow, asides, accepting: this.#asserts ? [] : last, anchored }
  }
}

function overlap(from: number, to: number, low: number, high: number, by: number) {
  const start = Math.max(from, low)
  const end = Math.min(to, high)
  return start > end ? [] : [[start + by, end + by] as const]
}

/** Takes a pattern apart. @throws Error for what cannot be judged: a reference back */
export function shapeOf(source: string, flags: string): Shape {
  const reader = new Reader(source, flags)
  const whole = reader.alternatives()
  // Every alternative has to be held at the beginning, or the pattern is tried from everywhere.
  const anchored = flags.includes('y') || (/^\^/.test(source) && !hasOuterAlternative(source))
  return reader.shape(whole, anchored)
}

function hasOuterAlternative(source: string): boolean {
  let depth = 0
  let inClass = false
  for (let at = 0; at < source.length; at++) {
    const character = source[at]
    if (character === '\\') at++
    else if (inClass) inClass = character !== ']'
    else if (character === '[') inClass = true
    else if (character === '(') depth++
    else if (character === ')') depth--
    else if (character === '|' && depth === 0) return true
  }
  return false
}
