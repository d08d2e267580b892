import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { parse } from 'csv-parse/sync'
import puppeteer, { type Browser, type Page } from 'puppeteer-core'
import { auditHeadSchema } from '../../bff/http/log-export.ts'
import { verifyExport } from '../../bff/log/export/verify-export.ts'
import { Desk } from './desk.ts'
import { openStage, type Stage } from './stage.ts'

const FIREFOX = ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find((path) => existsSync(path))
const PATIENCE = 30_000

let stage: Stage
let folder: string
before(async () => {
  stage = await openStage()
  folder = mkdtempSync(join(tmpdir(), 'provision-saved-'))
})
after(async () => {
  await stage.end()
  rmSync(folder, { recursive: true })
  assert.deepEqual(stage.reports, [])
})

/** Waits for a file of this kind that the browser has finished. */
async function saved(place: string, kind: string): Promise<string> {
  const end = Date.now() + PATIENCE
  for (;;) {
    const names = readdirSync(place)
    const name = names.find((one) => one.endsWith(`.${kind}`))
    if (name !== undefined && !names.some((one) => /\.(?:part|crdownload)$/.test(one)))
      return readFileSync(join(place, name), 'utf8')
    if (Date.now() > end) throw new Error(`only ${names.join(', ')}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

async function* linesOf(text: string): AsyncGenerator<string> {
  yield* text.trimEnd().split('\n')
}

describe('staff at a product’s page, under the strictest policy', () => {
  let desk: Desk
  let place: string
  before(async () => {
    place = mkdtempSync(join(folder, 'chromium-'))
    desk = await Desk.at(stage, '1', '1042')
    const session = await stage.browser.target().createCDPSession()
    await session.send('Browser.setDownloadBehavior', {
      behavior: 'allow',
      downloadPath: place,
      browserContextId: desk.person.page.browserContext().id ?? '',
    })
    await desk.hands.press('DisclosureTriangle', 'Export')
  })
  after(() => desk.person.leave())

  it('save what was logged for a spreadsheet, and are told how many entries it has', async () => {
    await desk.hands.press('button', 'Save as CSV')
    const said = await desk.person.reads(/log-1042-[\d-]+\.csv is ready, with \d+ entries\./)
    const records: string[][] = parse(await saved(place, 'csv'))
    assert.equal(/ready, with (\d+) entries/.exec(said)?.[1], String(records.length - 1))
  })
  it('have every entry that can be read', async () => {
    const records: string[][] = parse(await saved(place, 'csv'))
    const ids = (await desk.log()).map(({ id }) => id).sort()
    assert.deepEqual(
      records
        .slice(1)
        .map((record) => record[12])
        .sort(),
      ids,
    )
  })
  it('save it as lines that prove themselves by the BFF’s keys', async () => {
    await desk.hands.press('button', 'Save as JSON Lines')
    await desk.person.reads(/jsonl is ready/)
    const text = await saved(place, 'jsonl')
    const head = await stage.bff(stage.facts.tokens.staff, 'GET', '/audit/head')
    const { keys } = auditHeadSchema.parse(await head.json())
    const { ok, service } = await verifyExport(linesOf(text), keys)
    assert.deepEqual([ok, service], [true, '1042'])
  })
  it('have broken nothing of the page’s policy', () => assert.deepEqual(desk.person.complaints, []))
  it('stay on their page', () => assert.match(desk.person.page.url(), /\/products\/1042$/))
})

describe('a client at their product’s page', () => {
  it('is not offered a file', async () => {
    const person = await stage.person()
    await person.goto(`${stage.facts.client}/products/1042`)
    await person.find('heading', 'Activity')
    await person.rests()
    const offered = await person.isThere('DisclosureTriangle', 'Export')
    await person.leave()
    assert.equal(offered, false)
  })
})

describe('staff with Firefox', { skip: FIREFOX === undefined && 'no Firefox is installed' }, () => {
  let browser: Browser
  let page: Page
  let place: string
  const complaints: string[] = []
  before(async () => {
    place = mkdtempSync(join(folder, 'firefox-'))
    browser = await puppeteer.launch({
      browser: 'firefox',
      executablePath: FIREFOX ?? '',
      extraPrefsFirefox: {
        'browser.download.folderList': 2,
        'browser.download.dir': place,
        'browser.download.alwaysOpenPanel': false,
        'browser.helperApps.neverAsk.saveToDisk': 'text/csv,application/jsonl',
      },
    })
    page = await browser.newPage()
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    await page.goto(`${stage.facts.admin}/clients/1/products/1042`)
  })
  after(() => browser.close())

  it('save the same file', async () => {
    await page.locator('provision-logs >>> [part="export"] > summary').click()
    await page.locator('provision-logs >>> [part="export"] button').click()
    const records: string[][] = parse(await saved(place, 'csv'))
    assert.equal(records[0]?.[0], 'time')
  })
  it('have broken nothing of the page’s policy', () => assert.deepEqual(complaints, []))
})
