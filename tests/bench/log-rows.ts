import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'puppeteer-core'
import { build } from 'vite'
import { freeInARow } from '../../bff/demo/free-ports.ts'
import { openBrowser } from '../e2e/person.ts'
import type { Way } from './log-rows-page.ts'
import { type Figure, figure, percentile } from './measure.ts'

const ROWS = 10_000
/** First paint of the rows over that of a plain `repeat` of the same rows (DESIGN §11). */
const BUDGET = 0.25
const RUNS = 5
const PAGE = fileURLToPath(new URL('./log-rows-page.ts', import.meta.url))

/** The page's script with the elements, as a browser loads it. */
async function bundled(): Promise<ReadonlyMap<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'provision-bench-rows-'))
  try {
    await build({
      configFile: false,
      logLevel: 'error',
      build: {
        outDir: folder,
        target: 'es2022',
        lib: { entry: { page: PAGE }, formats: ['es'] },
        rolldownOptions: { output: { minify: true } },
      },
    })
    return new Map(
      readdirSync(folder).map((name) => [`/${name}`, readFileSync(join(folder, name), 'utf8')]),
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function once(browser: Browser, url: string, way: Way): Promise<number> {
  const page = await browser.newPage()
  try {
    await page.setViewport({ width: 1280, height: 900 })
    await page.goto(url)
    await page.waitForFunction(() => 'measured' in window)
    return await page.evaluate(
      (wanted, rows) => {
        // Put there by the page's own script.
        const { measured } = window as unknown as typeof import('./log-rows-page.ts')
        return measured(wanted, rows)
      },
      way,
      ROWS,
    )
  } finally {
    await page.close()
  }
}

/**
 * The first paint of the page with which "Load older" reaches ten thousand rows of the log, in Chromium, each time in a
 * fresh tab, beside a plain `repeat` of as many rows; and, though nobody asks for them so, of all of them at once.
 */
export async function logRows(): Promise<Figure[]> {
  const files = await bundled()
  const server = createServer((request, response) => {
    const script = files.get(request.url ?? '')
    response.setHeader('content-type', script === undefined ? 'text/html' : 'text/javascript')
    response.end(
      script ??
        '<!doctype html><html lang="en"><meta charset="utf-8"><script type="module" src="/page.js"></script>',
    )
  })
  const port = await freeInARow(5720, 1)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const browser = await openBrowser()
  try {
    const times: Record<Way, number[]> = { plain: [], chunks: [], older: [] }
    for (let run = 0; run < RUNS; run++)
      for (const way of ['plain', 'chunks', 'older'] as const)
        times[way].push(await once(browser, `http://127.0.0.1:${port}/`, way))
    const of = (way: Way) => percentile(times[way], 0.5)
    const against = 'a plain repeat'
    const older = figure(
      `the last page of ${ROWS} log rows, by "Load older", first paint`,
      'ms',
      of('older'),
      against,
      of('plain'),
    )
    return [
      older,
      figure(older.name, 'times', older.ratio, 'budget', BUDGET),
      figure(`${ROWS} log rows all at once, first paint`, 'ms', of('chunks'), against, of('plain')),
    ]
  } finally {
    await browser.close()
    server.close()
  }
}
