import { NORTH, ONLY_NORTH, SERVICES, SOUTH } from '../bff/brands.ts'
import { Random } from '../chaos/random.ts'
import { type Finding, judge } from './judge.ts'
import { Generator, type Happening, type Material } from './requests.ts'
import { FuzzWorld, PRINCIPALS } from './world.ts'

/** Requests a world lives for: then a new one, so that no table grows for ever and a finding has a short history. */
export const LIFE = 5000

const MATERIAL: Material = {
  services: [...SERVICES, ONLY_NORTH, 'nobody', 'first-seen', 'never-seen'],
  principals: Object.entries(PRINCIPALS).map(([value, { weight }]) => ({ weight, value })),
  origins: [NORTH.origin, SOUTH.origin, 'https://evil.example'],
  secret: NORTH.secret,
}

export interface FuzzOptions {
  readonly requests: number
  /** Of the first world; each further one has the next. */
  readonly seed: number
  /** Every how many-th world is ours, where others ask besides us; each is unless told. */
  readonly stride?: number
  /** Told after each world. */
  readonly progress?: (figures: FuzzFigures) => void
}

export interface FuzzFigures {
  requests: number
  /** By status. */
  readonly statuses: Record<string, number>
  /** Requests that wrote something. */
  writes: number
}

export interface FuzzFound {
  readonly finding: Finding
  /** Of the world it was found in. */
  readonly seed: number
  /** What led to it, as few as were found to do; the last is the request it was found at. */
  readonly history: readonly Happening[]
}

export interface FuzzResult {
  readonly figures: FuzzFigures
  readonly found: FuzzFound | undefined
}

/** Asks until something is broken or all was asked. The same seed asks the same, whatever the day. */
export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const { requests, stride = 1, progress } = options
  const figures: FuzzFigures = { requests: 0, statuses: {}, writes: 0 }
  for (let seed = options.seed; figures.requests < requests; seed += stride) {
    const history: Happening[] = []
    const found = await live(seed, Math.min(LIFE, requests - figures.requests), {
      figures,
      history,
    })
    if (found !== undefined) return { figures, found: { ...(await shrunk(found, history)), seed } }
    progress?.(figures)
  }
  return { figures, found: undefined }
}

async function live(
  seed: number,
  requests: number,
  { figures, history }: { figures: FuzzFigures; history: Happening[] },
): Promise<Finding | undefined> {
  const world = await FuzzWorld.open()
  try {
    const generator = new Generator(world.routes, MATERIAL, new Random(seed))
    for (let asked = 0; asked < requests; ) {
      const happening = generator.next()
      history.push(happening)
      const seen = await world.happen(happening)
      if (seen === undefined) continue
      asked++
      figures.requests++
      figures.statuses[seen.status] = (figures.statuses[seen.status] ?? 0) + 1
      if (seen.touched.length > 0) figures.writes++
      const [finding] = judge(seen, world.secrets)
      if (finding !== undefined) return finding
    }
    return undefined
  } finally {
    await world.close()
  }
}

/** Whether a history leads to what was found, at its last request. */
async function leadsTo(broken: Finding['broken'], history: readonly Happening[]): Promise<boolean> {
  const world = await FuzzWorld.open()
  try {
    for (const [at, happening] of history.entries()) {
      const seen = await world.happen(happening)
      if (seen === undefined || at < history.length - 1) continue
      return judge(seen, world.secrets).some((finding) => finding.broken === broken)
    }
    return false
  } finally {
    await world.close()
  }
}

/** How often a shorter history is tried. */
const TRIES = 80

/** Leaves out of the history, and then of the last request, whatever the finding does without. */
async function shrunk(
  finding: Finding,
  history: readonly Happening[],
): Promise<Omit<FuzzFound, 'seed'>> {
  const last = history.at(-1)
  let shortest = history
  let tries = TRIES
  const works = async (shorter: readonly Happening[]) =>
    tries-- > 0 && (await leadsTo(finding.broken, shorter))
  if (last !== undefined && (await works([last]))) shortest = [last]
  for (let size = Math.floor(shortest.length / 2); size >= 1 && tries > 0; ) {
    let cut = false
    for (let at = 0; at < shortest.length - 1 && tries > 0; ) {
      const shorter = [
        ...shortest.slice(0, at),
        ...shortest.slice(Math.min(at + size, shortest.length - 1)),
      ]
      if (await works(shorter)) {
        shortest = shorter
        cut = true
      } else at += size
    }
    if (!cut || size > shortest.length) size = Math.floor(size / 2)
  }
  for (const simpler of simplerThan(shortest.at(-1))) {
    const tried = [...shortest.slice(0, -1), simpler(shortest.at(-1))]
    if (tries > 0 && (await works(tried))) shortest = tried
  }
  return { finding, history: shortest }
}

type Simplify = (happening: Happening | undefined) => Happening

/** Ways to say the last request with less. */
function simplerThan(happening: Happening | undefined): Simplify[] {
  if (happening?.kind !== 'request') return []
  const { request } = happening
  const on =
    (simpler: (one: typeof request) => typeof request): Simplify =>
    (now) =>
      now?.kind === 'request' ? { kind: 'request', request: simpler(now.request) } : happening
  return [
    on((one) => ({ ...one, path: one.path.replace(/\?.*$/, '') })),
    on(({ body: _, ...one }) => one),
    ...Object.keys(request.headers).map((name) =>
      on((one) => {
        const { [name]: _, ...headers } = one.headers
        return { ...one, headers }
      }),
    ),
  ]
}
