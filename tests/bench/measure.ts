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
