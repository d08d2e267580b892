import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { VERSION } from '../../widgets/session/version.ts'
import { AUDIENCE, CDN, edited, PageStage, type Scripts, SERVICE, script } from './page-stage.ts'

const OTHER = '9.9.9'
const at = (tag: string, more = '') =>
  `<${tag} service="${SERVICE}" bff="${AUDIENCE}" ${more}></${tag}>`
const withUrl = 'token-url="/token"'

let stage: PageStage
/** The same scripts as another version of them. */
let other: Scripts
before(async () => {
  stage = await PageStage.open()
  other = edited(stage.scripts, VERSION, OTHER)
})
after(() => stage.close())

describe('two versions of the scripts on one page', () => {
  const visit = () =>
    stage.visit({
      head: script('provision.js') + script('provision.js', CDN),
      body: at('provision-fields', withUrl) + at('provision-logs', withUrl),
      cdn: other,
    })
  it('are said once in the console, both by name', async () => {
    const page = await visit()
    await page.reaches('provision-fields', 'ready')
    await page.person.page.waitForNetworkIdle({ idleTime: 100 })
    assert.deepEqual(
      page.warnings.filter((text) => text.includes(VERSION) && text.includes(OTHER)).length,
      1,
    )
    assert.equal(page.warnings.length, 1)
    await page.leave()
  })
  it('leave the elements to the first of them', async () => {
    const page = await visit()
    await page.reaches('provision-fields', 'ready')
    const version = await page.evaluate("customElements.get('provision-logs').version")
    assert.equal(version, VERSION)
    await page.leave()
  })
  it('leave them one session', async () => {
    const page = await visit()
    await page.reaches('provision-fields', 'ready')
    await page.reaches('provision-logs', 'empty')
    assert.equal(page.tokens(), 1)
    await page.leave()
  })
})

describe('elements of two versions side by side', () => {
  const mixed = (body: string) =>
    stage.visit({
      head: script('fields.js') + script('session.js') + script('logs.js', CDN),
      body,
      cdn: other,
    })
  it('both work, each with a session of its own', async () => {
    const page = await mixed(at('provision-fields', withUrl) + at('provision-logs', withUrl))
    await page.reaches('provision-fields', 'ready')
    await page.reaches('provision-logs', 'empty')
    assert.deepEqual([page.tokens(), page.warnings], [2, []])
    await page.leave()
  })
  it('take what stands around them, whoever defined that', async () => {
    const page = await mixed(
      `<provision-session bff="${AUDIENCE}" token-url="/token"><provision-logs service="${SERVICE}"></provision-logs></provision-session>`,
    )
    await page.reaches('provision-logs', 'empty')
    assert.equal(page.tokens(), 1)
    await page.leave()
  })
})

describe('scripts of one copy', () => {
  it('are loaded twice, or one by one beside all, without a word', async () => {
    const page = await stage.visit({
      head: script('provision.js') + script('provision.js') + script('logs.js'),
      body: at('provision-fields', withUrl),
    })
    await page.reaches('provision-fields', 'ready')
    assert.deepEqual(page.warnings, [])
    await page.leave()
  })
})

describe('a tag that somebody else has defined', () => {
  it('stays theirs, and that is said', async () => {
    const page = await stage.visit({
      head: `<script>customElements.define('provision-logs', class extends HTMLElement {})</script>${script('provision.js')}`,
      body: at('provision-fields', withUrl),
    })
    await page.reaches('provision-fields', 'ready')
    await page.person.page.waitForNetworkIdle({ idleTime: 100 })
    assert.match(page.warnings.join('\n'), /<provision-logs> is defined by another script/)
    await page.leave()
  })
})
