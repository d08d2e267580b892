import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { HTTPRequest } from 'puppeteer-core'
import { keyboardOf, mouseOf, type Person } from './person.ts'
import { LOGIN, openStrictStage, type StrictStage, type Treatment } from './strict-stage.ts'

let stage: StrictStage

before(async () => {
  stage = await openStrictStage()
})
after(() => stage.end())

/** Waits until every element of a page is in a state. */
async function reached(person: Person, state: string, selector: string): Promise<void> {
  await person.page.waitForFunction(
    (css, wanted) => {
      const elements = [...document.querySelectorAll(css)]
      return elements.length > 0 && elements.every((one) => one.matches(`:state(${wanted})`))
    },
    { timeout: 15_000, polling: 50 },
    selector,
    state,
  )
}

const EVERYDAY = 'provision-actions, provision-fields, provision-logs, provision-usage'
const ALL = `${EVERYDAY}, provision-configuration`

/** Complaints but those a browser writes of its own for every answer that is no success. */
const ofPolicy = ({ complaints }: Person) =>
  complaints.filter((line) => !line.startsWith('Failed to load resource'))

describe('a page that forbids everything it does not need', () => {
  it('is watched: what breaks its policy is told', async () => {
    const person = await stage.visit('/')
    await reached(person, 'ready', ALL)
    await person.page.evaluate(() => document.body.setAttribute('style', 'top: 0'))
    while (!person.complaints.some((line) => line.startsWith('style-src')))
      await person.page.evaluate(() => document.readyState)
    await person.leave()
  })

  it('has all elements ready, from another origin', async () => {
    const person = await stage.visit('/')
    await reached(person, 'ready', ALL)
    assert.deepEqual(person.complaints, [])
    await person.leave()
  })

  it('has their look', async () => {
    const person = await stage.visit('/')
    await reached(person, 'ready', ALL)
    const look = await person.page.evaluate(() => {
      const button = document
        .querySelector('provision-actions')
        ?.shadowRoot?.querySelector('button.highlight')
      return button ? getComputedStyle(button).borderRadius : 'none'
    })
    assert.equal(look, '8px')
    await person.leave()
  })

  it('has them in Arabic, fetched when wanted', async () => {
    const person = await stage.visit('/?lang=ar')
    await person.reads('الإجراءات')
    await person.reads('النشاط')
    await person.reads('الاستخدام')
    assert.deepEqual(person.complaints, [])
    await person.leave()
  })

  for (const handsOf of [mouseOf, keyboardOf])
    it(`takes a form, a preview and a confirmation by ${handsOf.name.replace('Of', '')}`, async () => {
      const person = await stage.visit('/')
      const hands = handsOf(person)
      await reached(person, 'ready', ALL)
      await hands.press('button', 'Rekey')
      await hands.press('button', 'Generate')
      await hands.fill('Note (optional)', 'hello')
      await person.click('button', 'Rekey')
      await person.find('group', 'Rekey – done')
      await person.click('button', 'Dismiss')
      await hands.press('button', 'Erase')
      await hands.press('checkbox', 'bob bob.example owned by alice')
      await hands.press('checkbox', /^alice/)
      await hands.fill('Type alice.example to confirm', 'alice.example')
      await person.press('Enter')
      await person.find('group', 'Erase – done')
      assert.deepEqual(person.complaints, [])
      await person.leave()
    })

  it('lets a read action answer', async () => {
    const person = await stage.visit('/')
    await person.click('button', 'Look')
    await person.reads(/Colour blue/)
    assert.deepEqual(person.complaints, [])
    await person.leave()
  })

  it('lets a detail be changed and a log entry be opened', async () => {
    const person = await stage.visit('/')
    await person.click('button', 'Edit Note')
    await person.click('textbox', 'Note', 3)
    await person.type('other')
    await person.press('Enter')
    await person.find('button', 'Edit Note')
    await person.click('DisclosureTriangle', 'Details')
    await person.reads(/Where there/)
    assert.deepEqual(person.complaints, [])
    await person.leave()
  })
})

describe('a service that', () => {
  const cases: [what: string, service: Treatment, state: string][] = [
    ['has nothing', 'empty', 'empty'],
    ['this token may not see', 'forbidden', 'forbidden'],
    ['needs another login', 'expired', 'expired'],
    ['cannot be reached', 'offline', 'offline'],
    ['fails', 'failed', 'failed'],
    ['speaks another language', 'incompatible', 'incompatible'],
  ]
  for (const [what, service, state] of cases)
    it(`${what} makes the elements ${state}, within the policy`, async () => {
      const person = await stage.visit(`/?service=${service}`)
      await reached(person, state, EVERYDAY)
      assert.deepEqual(ofPolicy(person), [])
      await person.leave()
    })

  it('has something running makes the actions busy', async () => {
    const person = await stage.visit('/?service=running')
    await reached(person, 'busy', 'provision-actions')
    assert.deepEqual(person.complaints, [])
    await person.leave()
  })

  it('nobody has a token for leaves the page’s own words', async () => {
    const person = await stage.visit('/idle')
    await reached(person, 'idle', 'provision-usage')
    await person.reads('Nothing yet')
    assert.deepEqual(ofPolicy(person), [])
    await person.leave()
  })
})

/** Holds back the script that carries gestures out, until it is told what becomes of it. */
async function holdBack(person: Person): Promise<(fate: 'comes' | 'fails') => Promise<void>> {
  const held: HTTPRequest[] = []
  let fate: 'comes' | 'fails' | undefined
  await person.page.setRequestInterception(true)
  const settle = (request: HTTPRequest) =>
    fate === 'fails' ? request.abort('failed') : request.continue()
  person.page.on('request', (request) => {
    if (fate === undefined && /\/chunks\/doing-/.test(request.url())) held.push(request)
    else if (/\/chunks\/doing-/.test(request.url())) void settle(request)
    else void request.continue()
  })
  return async (chosen) => {
    fate = chosen
    await Promise.all(held.splice(0).map(settle))
  }
}

async function arriveHeld() {
  const person = await stage.visit('/idle')
  const release = await holdBack(person)
  await person.goto(`${stage.page}/`)
  await reached(person, 'ready', ALL)
  return { person, release }
}

describe('a gesture before everything for it has come', () => {
  it('is carried out when it has', async () => {
    const { person, release } = await arriveHeld()
    await person.click('button', 'Look')
    await reached(person, 'busy', 'provision-actions:not([layout])')
    await release('comes')
    await person.reads(/Colour blue/)
    assert.deepEqual(ofPolicy(person), [])
    await person.leave()
  })

  it('opens its tab at once, and goes there later', async () => {
    const { person, release } = await arriveHeld()
    const opened = stage.browser.waitForTarget(
      (target) => target.url() === 'about:blank' && target.opener() !== undefined,
    )
    await person.click('button', 'Enter')
    const tab = await (await opened).page()
    const gone = tab?.waitForRequest(LOGIN)
    await release('comes')
    assert.equal((await gone)?.url(), LOGIN)
    await person.leave()
  })

  it('is taken back calmly when it cannot come, and tried again', async () => {
    const { person, release } = await arriveHeld()
    await person.click('button', 'Look')
    await release('fails')
    await person.reads('A part of this could not be fetched. Try again, or reload the page.')
    await release('comes')
    await person.click('button', 'Try again')
    await person.reads(/Colour blue/)
    await person.leave()
  })

  it('is not needed: the script comes by itself', async () => {
    const person = await stage.visit('/')
    await person.page.waitForResponse((answer) => /\/chunks\/doing-/.test(answer.url()))
    await person.leave()
  })
})
