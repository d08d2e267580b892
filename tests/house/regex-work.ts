import { type Ranges, type Shape, shapeOf, without } from './regex-shape.ts'

/** How the work of a pattern grows with its text when nothing matches in the end. */
export type Growth = 'bounded' | 'squared' | 'exploding'

interface Graph {
  readonly places: readonly Ranges[]
  readonly next: readonly (readonly number[])[]
  /** Pairs the pattern gets from one to the other of in more than one way. */
  readonly doubled: ReadonlySet<string>
}

const overlaps = (one: Ranges, other: Ranges) =>
  one.some(([from, to]) => other.some(([low, high]) => from <= high && low <= to))

function graphOf({ places, first, follow, anchored }: Shape): Graph {
  // A pattern that may begin anywhere is tried from everywhere: as if any text stood before it.
  const start = places.length
  const all = anchored ? [...places] : [...places, without([])]
  const next: number[][] = all.map(() => [])
  const doubled = new Set<string>()
  const edges = anchored
    ? follow
    : [...follow, [start, start] as const, ...first.map((to) => [start, to] as const)]
  for (const [from, to] of edges) {
    const known = next[from]
    if (known?.includes(to) === true) doubled.add(`${from} ${to}`)
    else known?.push(to)
  }
  return { places: all, next, doubled }
}

/** Everything that can be reached from a place, itself only where it goes round. */
function reachable(next: readonly (readonly number[])[], from: number): Set<number> {
  const seen = new Set<number>()
  const open = [...(next[from] ?? [])]
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (seen.has(place)) continue
    seen.add(place)
    open.push(...(next[place] ?? []))
  }
  return seen
}

/** Walks several ways at once that read the same text. @returns whether they get from one set of places to the other */
function together(
  { places, next }: Graph,
  from: readonly number[],
  isThere: (at: readonly number[]) => boolean,
  isAllowed: (at: readonly number[]) => boolean = () => true,
): boolean {
  const seen = new Set<string>()
  const open: (readonly number[])[] = [from]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    let steps: (readonly number[])[] = [[]]
    for (const place of at)
      steps = steps.flatMap((step) => (next[place] ?? []).map((to) => [...step, to]))
    for (const step of steps) {
      const name = step.join(' ')
      if (seen.has(name) || !isAllowed(step) || !readsAlike(places, step)) continue
      seen.add(name)
      if (isThere(step)) return true
      open.push(step)
    }
  }
  return false
}

function readsAlike(places: readonly Ranges[], step: readonly number[]): boolean {
  let common: Ranges = places[step[0] ?? 0] ?? []
  for (const place of step.slice(1))
    common = common.flatMap(([from, to]) =>
      (places[place] ?? []).flatMap(([low, high]) => {
        const start = Math.max(from, low)
        const end = Math.min(to, high)
        return start <= end ? [[start, end] as const] : []
      }),
    )
  return common.length > 0
}

function explodes(graph: Graph, round: readonly ReadonlySet<number>[]): boolean {
  const isRound = (one: number, other: number) =>
    round[one]?.has(other) === true && round[other]?.has(one) === true
  for (const pair of graph.doubled) {
    const [from = 0, to = 0] = pair.split(' ').map(Number)
    if (from === to || isRound(from, to)) return true
  }
  // Two ways from a place back to it that read the same and part in between.
  return graph.places.some((_, place) => {
    if (round[place]?.has(place) !== true) return false
    const parted = new Set<string>()
    together(
      graph,
      [place, place],
      (at) => {
        if (at[0] !== at[1]) parted.add(at.join(' '))
        return false
      },
      (at) => at.every((one) => one === place || isRound(one, place)),
    )
    return [...parted].some((pair) =>
      together(graph, pair.split(' ').map(Number), (at) => at.every((one) => one === place)),
    )
  })
}

function squares(graph: Graph, round: readonly ReadonlySet<number>[], shape: Shape): boolean {
  // The place that stands for any text before comes last.
  const start = shape.anchored ? -1 : graph.places.length - 1
  const loops = graph.places.map((_, place) => place).filter((place) => round[place]?.has(place))
  // What has matched already is not tried again from further on.
  const isDone = (one: number, other: number) => one === start && shape.accepting.includes(other)
  return loops.some((one) =>
    loops.some(
      (other) =>
        one !== other &&
        !isDone(one, other) &&
        round[one]?.has(other) === true &&
        overlaps(graph.places[one] ?? [], graph.places[other] ?? []) &&
        together(
          graph,
          [one, one, other],
          (at) => at[0] === one && at[1] === other && at[2] === other,
          ([first = -1, , third = -1]) =>
            (first === one || round[first]?.has(one) === true) &&
            (third === other || round[third]?.has(other) === true),
        ),
    ),
  )
}

/** How the work of a pattern can grow at worst. Pure. @throws Error for what cannot be judged */
export function growthOf(source: string, flags: string): Growth {
  return growthOfShape(shapeOf(source, flags))
}

function growthOfShape(shape: Shape): Growth {
  const graph = graphOf(shape)
  const round = graph.next.map((_, place) => reachable(graph.next, place))
  if (explodes(graph, round)) return 'exploding'
  const asides = shape.asides.map(growthOfShape)
  if (asides.includes('exploding')) return 'exploding'
  return squares(graph, round, shape) || asides.includes('squared') ? 'squared' : 'bounded'
}
