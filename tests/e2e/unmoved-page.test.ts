import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { HTTPRequest } from 'puppeteer-core'
import { STYLESHEET } from '../../bff/demo/host/stylesheet.ts'
import type { Person } from './person.ts'
import { openStage, type Stage } from './stage.ts'

/** Milliseconds every script of ours, and every answer of the BFF, comes late (DESIGN §11). */
const SCRIPT_LATE = 2000
const BFF_LATE = 1000

const PUBLISHED = readFileSync(
  fileURLToPath(new URL('../../widgets/theme/host.css', import.meta.url)),
  'utf8',
)
const RULES = PUBLISHED.replace(/\/\*.*?\*\/\n/s, '')

interface Shift {
  /** The score of Layout Instability, of this shift. */
  readonly value: number
  /** What moved, from where to where, in CSS pixels. */
  readonly moved: string[]
}

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage.end())

interface LayoutShift extends PerformanceEntry {
  readonly value: number
  readonly hadRecentInput: boolean
  readonly sources: readonly {
    readonly node: Node | null
    readonly previousRect: DOMRectReadOnly
    readonly currentRect: DOMRectReadOnly
  }[]
}

/** What this file puts into a page before anything else is there. */
interface Watch {
  readonly observer: PerformanceObserver
  readonly entries: PerformanceEntry[]
}

/** Notes everything that moves on a page from its first paint on. */
async function watched(person: Person): Promise<void> {
  await person.page.evaluateOnNewDocument(() => {
    const entries: PerformanceEntry[] = []
    const observer = new PerformanceObserver((list) => {
      entries.push(...list.getEntries())
    })
    observer.observe({ type: 'layout-shift', buffered: true })
    Object.assign(window, { watch: { observer, entries } })
  })
}

/** Lets everything of ours come late, and the page's stylesheet as told. */
async function late(person: Person, stylesheet: string): Promise<void> {
  await person.page.setRequestInterception(true)
  person.page.on('request', (request: HTTPRequest) => {
    const { pathname } = new URL(request.url())
    // A page that is left no longer waits for its answers.
    const go = () => void request.continue().catch(() => undefined)
    if (pathname === '/style.css')
      void request.respond({ contentType: 'text/css; charset=utf-8', body: stylesheet })
    else if (pathname.startsWith('/widgets/')) setTimeout(go, SCRIPT_LATE)
    else if (pathname.startsWith('/v1/')) setTimeout(go, BFF_LATE)
    else go()
  })
}

/** Everything that moved on a page until all its elements showed what they have. */
async function shiftsOf(
  url: string,
  width: number,
  { stylesheet = STYLESHEET, disturb = () => {} } = {},
): Promise<readonly Shift[]> {
  const person = await stage.person({ width, height: 900 })
  try {
    await watched(person)
    await late(person, stylesheet)
    await person.goto(url)
    await person.page.waitForFunction(
      () => {
        const all = [...document.querySelectorAll('*')].filter(({ localName }) =>
          localName.startsWith('provision-'),
        )
        return all.length > 0 && all.every((one) => one.matches(':state(ready), :state(empty)'))
      },
      { timeout: 30_000, polling: 50 },
    )
    await person.page.evaluate(disturb)
    // Two frames later all of it was laid out and painted.
    return await person.page.evaluate(async () => {
      for (let i = 0; i < 2; i++) await new Promise((resolve) => requestAnimationFrame(resolve))
      const { observer, entries } = (window as unknown as { watch: Watch }).watch
      // An observer of layout shifts is given these and no others.
      const shifts = [...entries, ...observer.takeRecords()] as LayoutShift[]
      return shifts
        .filter(({ hadRecentInput }) => !hadRecentInput)
        .map(({ value, sources }) => ({
          value,
          moved: sources.map(
            ({ node, previousRect: was, currentRect: is }) =>
              `${node?.nodeName} ${was.x},${was.y} → ${is.x},${is.y}`,
          ),
        }))
    })
  } finally {
    await person.leave()
  }
}

const PAGES: readonly (readonly [string, (stage: Stage) => string])[] = [
  ['a client at a product', ({ facts }) => `${facts.client}/products/1042`],
  ['a client at a suspended product', ({ facts }) => `${facts.client}/products/1043`],
  ['a client at the list of products', ({ facts }) => `${facts.client}/`],
  ['staff at a list of products', ({ facts }) => `${facts.admin}/`],
  ['staff at the servers', ({ facts }) => `${facts.admin}/servers`],
]

/** A wide page and one of a telephone. */
const WIDTHS = [1280, 390]

for (const [who, address] of PAGES)
  describe(`${who}, where script and BFF are late`, () => {
    for (const width of WIDTHS)
      it(`sees nothing move, ${width} px wide`, async () => {
        assert.deepEqual(await shiftsOf(address(stage), width), [])
      })
  })

describe('the look for what moves', () => {
  const url = () => `${stage.facts.client}/products/1042`

  it('finds what moves where the published rules are missing', async () => {
    const stylesheet = STYLESHEET.replace(RULES, '')
    assert.notEqual(stylesheet, STYLESHEET)
    const score = (await shiftsOf(url(), 1280, { stylesheet })).reduce(
      (sum, { value }) => sum + value,
      0,
    )
    assert.ok(score > 0.05, `${score}`)
  })

  it('finds one thing that something is put above', async () => {
    const shifts = await shiftsOf(url(), 1280, {
      disturb: () => document.querySelector('main')?.prepend(document.createElement('hr')),
    })
    assert.equal(shifts.length, 1)
  })
})

describe('the published rules', () => {
  it('are served beside the script', async () => {
    const answer = await fetch(`${stage.facts.bff}/widgets/1/host.css`)
    assert.equal(answer.headers.get('content-type'), 'text/css; charset=utf-8')
    assert.equal(await answer.text(), PUBLISHED)
  })

  it('are what the demo’s host has copied', () => {
    assert.ok(STYLESHEET.includes(RULES))
  })
})
