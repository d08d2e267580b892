import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'puppeteer-core'
import { openWholeBff, type WholeBff } from '../bff/http/whole-bff.ts'
import { openBrowser } from './person.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let whole: WholeBff
let browser: Browser
before(async () => {
  ;[whole, browser] = await Promise.all([openWholeBff(), openBrowser()])
})
after(async () => {
  await browser.close()
  await whole.end()
})

/** The pages of codes as people meet them: on a small telephone, in either scheme, in either direction. */
for (const path of ['/v1/errors', '/v1/errors/server_unreachable', '/v1/errors/not_found'])
  for (const [language, scheme] of [
    ['en', 'light'],
    ['en', 'dark'],
    ['ar', 'light'],
    ['ar', 'dark'],
  ] as const)
    describe(`${path}, ${language}, ${scheme}, 320 px wide`, () => {
      let page: Page
      const complaints: string[] = []
      before(async () => {
        page = await browser.newPage()
        page.on('console', (message) => complaints.push(message.text()))
        await page.setViewport({ width: 320, height: 640 })
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
        await page.setExtraHTTPHeaders({ 'accept-language': language })
        await page.goto(`${whole.base}${path}`)
        const { SHOTS } = process.env
        if (SHOTS !== undefined)
          await page.screenshot({
            path: `${SHOTS}/${path.replaceAll('/', '_')}-${language}-${scheme}.png`,
          })
      })
      after(() => page.close())

      it('needs no scrolling sideways', async () =>
        assert.ok(
          (await page.evaluate('document.documentElement.scrollWidth')) === 320,
          'wider than the screen',
        ))
      it('has the look that its policy lets through', async () =>
        assert.equal(
          await page.evaluate('getComputedStyle(document.body).overflowWrap'),
          'anywhere',
        ))
      it('is dark where that is wanted', async () =>
        assert.equal(
          await page.evaluate('getComputedStyle(document.body).color'),
          scheme === 'dark' ? 'rgb(255, 255, 255)' : 'rgb(0, 0, 0)',
        ))
      it('runs in the direction of its language', async () =>
        assert.equal(
          await page.evaluate('getComputedStyle(document.body).direction'),
          language === 'ar' ? 'rtl' : 'ltr',
        ))
      it('can be used by everybody', async () => {
        // Chromium lets an inspector run what the page’s own policy forbids.
        await page.evaluate(AXE)
        const found = await page.evaluate(
          'axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}).then(({violations}) => violations.map(({id}) => id))',
        )
        assert.deepEqual(found, [])
      })
      it('gives the browser nothing to complain of', () =>
        // A browser asks for an icon nobody has.
        assert.deepEqual(
          complaints.filter((complaint) => !complaint.includes('404')),
          [],
        ))
    })
