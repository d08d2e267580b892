/** One figure beside the one it is compared with, both measured in this run. */
export interface Figure {
  readonly name: string
  readonly unit: string
  readonly value: number
  readonly against: string
  readonly against_value: number
  /** `value / against_value`. */
  readonly ratio: number
}

export function figure(
  name: string,
  unit: string,
  value: number,
  against: string,
  against_value: number,
): Figure {
  return { name, unit, value, against, against_value, ratio: value / against_value }
}

/** Milliseconds of each of `n` runs. */
export async function timed(
  n: number,
  run: (index: number) => Promise<unknown>,
): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < n; i++) {
    const began = performance.now()
    await run(i)
    times.push(performance.now() - began)
  }
  return times
}

/** @param share 0–1 */
export function percentile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** Microseconds of processor time, of all threads of this process, that `run` takes: what else the machine does is not in it. */
export async function cpuMicroseconds(run: () => Promise<unknown>): Promise<number> {
  const began = process.cpuUsage()
  await run()
  const { user, system } = process.cpuUsage(began)
  return user + system
}

/** Processor time of one run of each of two ways, and what the second takes more. */
export interface CpuPair {
  readonly first: number
  readonly second: number
  /** Median of the differences of neighbouring blocks. */
  readonly more: number
  /**
   * Half the width of the 95 % interval of that median, 1.57 interquartile ranges by the root of their number (McGill,
   * Tukey and Larsen 1978): a `more` below it is noise.
   */
  readonly within: number
}

/**
 * Microseconds of processor time of a run of two ways, in blocks that follow one another in turns, every second pair the
 * other way round: what drifts meets both alike.
 *
 * @param between is not measured; comes before each block
 */
export async function cpuCompared(
  { blocks, runs }: { readonly blocks: number; readonly runs: number },
  first: (index: number) => Promise<unknown>,
  second: (index: number) => Promise<unknown>,
  between: () => Promise<unknown> = async () => undefined,
): Promise<CpuPair> {
  let index = 0
  const block = async (run: (index: number) => Promise<unknown>) => {
    await between()
    const whole = await cpuMicroseconds(async () => {
      for (let i = 0; i < runs; i++) await run(index++)
    })
    return whole / runs
  }
  // A tenth more at the beginning is not counted: a program that just began is none in operation.
  const warm = Math.ceil(blocks / 10)
  const pairs: { readonly one: number; readonly two: number }[] = []
  for (let i = 0; i < warm + blocks; i++) {
    const isTurned = i % 2 === 1
    const before = await block(isTurned ? second : first)
    const after = await block(isTurned ? first : second)
    if (i >= warm) pairs.push(isTurned ? { one: after, two: before } : { one: before, two: after })
  }
  const more = pairs.map(({ one, two }) => two - one)
  const median = (values: readonly number[]) => percentile(values, 0.5)
  return {
    first: median(pairs.map(({ one }) => one)),
    second: median(pairs.map(({ two }) => two)),
    more: median(more),
    within: (1.57 * (percentile(more, 0.75) - percentile(more, 0.25))) / Math.sqrt(blocks),
  }
}
