import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Desk } from './desk.ts'
import { openStage, type Stage } from './stage.ts'
import { SwallowingProxy } from './swallowing-proxy.ts'

const PATIENCE = 20_000
const LOOK_EVERY = 20

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage.end())

/** Waits until so many streams of the live feed are open on the BFF. */
async function streams(count: number): Promise<void> {
  const end = Date.now() + PATIENCE
  while (stage.demo.bff.feed.streams !== count) {
    if (Date.now() > end)
      throw new Error(`${stage.demo.bff.feed.streams} streams are open, not ${count}`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY))
  }
}

async function suspend({ hands, person }: Desk): Promise<void> {
  await hands.press('button', 'Suspend')
  await person.find('combobox', /^Reason/)
  await hands.choose(/^Reason/, 'Abuse')
  await hands.press('button', 'Continue')
  await person.reads('What happens')
  await hands.press('button', 'Suspend')
}

const news = /new entr(?:y|ies)$/

describe('somebody who only looks, while another acts', () => {
  let actor: Desk
  let watcher: Desk
  /** What the watcher's page asked of the BFF since the feed was open. */
  const asked: string[] = []
  before(async () => {
    await stage.faults([{ function: 'suspendacct', kind: 'delay', ms: 3000 }])
    watcher = await Desk.at(stage, '1', '1042')
    await streams(1)
    actor = await Desk.at(stage, '1', '1042')
    await streams(2)
    await watcher.person.rests()
    watcher.person.page.on('request', (request) => {
      if (request.url().includes('/v1/') && request.method() === 'GET')
        asked.push(new URL(request.url()).pathname.replace(/op_\w+/, 'op'))
    })
    await suspend(actor)
  })
  after(async () => {
    await actor.person.leave()
    await watcher.person.leave()
  })

  // Nothing ran on the watcher's page: without the feed it would never have looked.
  it('sees it run', () => watcher.sees('Suspend', 'running'))
  it('is told of the new entries in the log, or shown them with the end', async () => {
    await watcher.person.until('what happened in the log', (nodes) =>
      nodes.find(({ name }) => news.test(name) || /was suspended/.test(name)),
    )
  })
  it('sees it end', () => watcher.sees('Suspend', 'done'))
  it('sees the new state', async () => {
    await watcher.person.find('button', 'Unsuspend')
  })
  it('looked at the operation once for each thing it was told, not every few seconds', () => {
    const looks = asked.filter((path) => path === '/v1/operations/op')
    assert.ok(looks.length <= 6, `${looks.length} looks`)
  })
  it('opened no second stream', () => assert.ok(!asked.some((path) => path.endsWith('/events'))))
  it('complained of nothing', () => {
    assert.deepEqual([watcher.person.complaints, stage.reports], [[], []])
  })
})

describe('a page that is hidden', () => {
  let desk: Desk
  before(async () => {
    desk = await Desk.at(stage, '1', '1042')
    await streams(1)
  })
  after(() => desk.person.leave())

  it('has no stream left on the BFF', async () => {
    await desk.person.secondTab()
    await streams(0)
  })
  it('has one again when it is shown', async () => {
    await desk.person.page.bringToFront()
    await streams(1)
  })
  it('has none once it is left', async () => {
    await desk.person.goto('about:blank')
    await streams(0)
  })
})

describe('a page behind a proxy that swallows streams', () => {
  let proxy: SwallowingProxy
  let desk: Desk
  before(async () => {
    proxy = await SwallowingProxy.start()
    await stage.faults([])
    desk = await Desk.at(stage, '1', '1042', { proxy: proxy.url })
    await desk.person.find('button', 'Unsuspend')
  })
  after(async () => {
    await desk.person.leave()
    await proxy.stop()
  })

  it('gives its stream up', async () => {
    await streams(1)
    await streams(0)
    assert.equal(proxy.swallowed, 1)
  })
  it('sees by polling what it began itself', async () => {
    await desk.hands.press('button', 'Unsuspend')
    await desk.sees('Unsuspend', 'done')
  })
  it('sees by polling what others do', async () => {
    const { facts } = stage
    await stage.bff(facts.tokens.staff, 'PATCH', '/services/1042/fields', {
      fields: { note: 'Behind a proxy' },
    })
    await desk.person.find('button', news)
  })
  it('has asked for no other stream meanwhile', () => assert.equal(proxy.swallowed, 1))
})
