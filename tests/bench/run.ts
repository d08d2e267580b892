import { bundleBytes } from './bytes.ts'
import { operationsPerSecond, timeToAccepted } from './engine.ts'
import { costOfToken } from './http.ts'
import type { Figure } from './measure.ts'

const figures: Figure[] = [
  ...bundleBytes(),
  await operationsPerSecond(),
  await timeToAccepted(),
  await costOfToken(),
]

if (process.argv.includes('--json')) {
  process.stdout.write(`${JSON.stringify(figures)}\n`)
} else {
  const short = (value: number) => value.toPrecision(4)
  for (const { name, unit, value, against, against_value, ratio } of figures) {
    process.stdout.write(
      `${name}: ${short(value)} ${unit}; ${against}: ${short(against_value)}; ratio ${ratio.toFixed(3)}\n`,
    )
  }
}
