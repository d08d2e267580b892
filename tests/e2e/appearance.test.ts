import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, before, describe, it } from 'node:test'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Person, PersonOptions } from './person.ts'
import { openStrictStage, type StrictStage, type Treatment } from './strict-stage.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

const STATES: Readonly<Record<Treatment, string>> = {
  ready: 'ready',
  empty: 'empty',
  running: 'busy',
  forbidden: 'forbidden',
  expired: 'expired',
  offline: 'offline',
  failed: 'failed',
  incompatible: 'incompatible',
}

let stage: StrictStage

before(async () => {
  stage = await openStrictStage()
})
after(() => stage.end())

/** Somebody at a page of all elements, once the actions are in the state of their service. */
async function at(service: Treatment, lang = 'en', options: PersonOptions = {}): Promise<Person> {
  const person = await stage.visit(`/?service=${service}&lang=${lang}`, options)
  await person.page.waitForFunction(
    (actions, configuration) =>
      document.querySelector('provision-actions')?.matches(`:state(${actions})`) &&
      document.querySelector('provision-configuration')?.matches(`:state(${configuration})`) &&
      !document.querySelector(':state(connecting)'),
    { polling: 50, timeout: 15_000 },
    STATES[service],
    'ready',
  )
  return person
}

/** What WCAG 2.2 A and AA find wrong with the whole page, one line per place. */
async function faults({ page }: Person): Promise<string[]> {
  await page.evaluate(AXE)
  const { violations } = await page.evaluate((values) => {
    // The script has put itself there.
    const { axe } = window as unknown as {
      axe: { run(options: RunOptions): Promise<AxeResults> }
    }
    return axe.run({ runOnly: { type: 'tag', values } })
  }, TAGS)
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${String(target)}: ${failureSummary ?? ''}`),
  )
}

const width = ({ page }: Person) => page.evaluate(() => document.documentElement.scrollWidth)

const openings: [what: string, open: (person: Person) => Promise<unknown>][] = [
  [
    'a form with faults',
    async (person) => {
      await person.click('button', 'Rekey')
      await person.find('textbox', 'Pass phrase')
      await person.click('button', 'Rekey')
      await person.reads('Fill this in.')
    },
  ],
  [
    'a preview with what it asks to confirm',
    async (person) => {
      await person.click('button', 'Erase')
      await person.find('textbox', 'Type alice.example to confirm')
    },
  ],
  [
    'an answer',
    async (person) => {
      await person.click('button', 'Look')
      await person.reads('Colour blue')
    },
  ],
  [
    'an open menu',
    async (person) => {
      await person.click('button', 'More actions')
      await person.find('menuitem', 'Erase')
    },
  ],
  [
    'what is unavailable and what is behind an entry',
    async (person) => {
      await person.click('DisclosureTriangle', 'Unavailable now (1)')
      await person.click('DisclosureTriangle', 'Details')
      await person.reads('The token lacks paint.')
    },
  ],
  [
    'a detail that is being changed',
    async (person) => {
      await person.click('button', 'Edit Note')
      await person.find('button', 'Save')
    },
  ],
]

describe('the look at a page', () => {
  it('finds a control without a name inside an element', async () => {
    const person = await at('ready')
    await person.page.evaluate(() =>
      document
        .querySelector('provision-usage')
        ?.shadowRoot?.append(document.createElement('button')),
    )
    assert.match((await faults(person)).join(), /button-name/)
    await person.leave()
  })

  it('is at a dark page where the person wants one', async () => {
    const person = await at('ready', 'en', { dark: true })
    const colour = await person.page.evaluate(() => getComputedStyle(document.body).color)
    assert.equal(colour, 'rgb(255, 255, 255)')
    await person.leave()
  })
})

describe('everybody can use', () => {
  for (const service of Object.keys(STATES) as Treatment[])
    it(`the elements of a service that is ${service}`, async () => {
      const person = await at(service)
      assert.deepEqual(await faults(person), [])
      await person.leave()
    })

  for (const [what, open] of openings)
    it(what, async () => {
      const person = await at('ready')
      await open(person)
      assert.deepEqual(await faults(person), [])
      await person.leave()
    })
})

describe('in the dark everybody can use', () => {
  for (const service of ['ready', 'running', 'failed'] as const)
    it(`the elements of a service that is ${service}`, async () => {
      const person = await at(service, 'en', { dark: true })
      assert.deepEqual(await faults(person), [])
      await person.leave()
    })

  for (const [what, open] of openings)
    it(what, async () => {
      const person = await at('ready', 'en', { dark: true })
      await open(person)
      assert.deepEqual(await faults(person), [])
      await person.leave()
    })
})

describe('320 pixels are room enough for', () => {
  const narrow = { width: 320, height: 700 }
  for (const lang of ['en', 'ar'])
    for (const service of ['ready', 'running', 'failed'] as const)
      it(`the elements of a service that is ${service}, in ${lang}`, async () => {
        const person = await at(service, lang, narrow)
        assert.equal(await width(person), 320)
        await person.leave()
      })

  for (const [what, open] of openings)
    it(what, async () => {
      const person = await at('ready', 'en', narrow)
      await open(person)
      assert.equal(await width(person), 320)
      await person.leave()
    })
})

describe('from right to left', () => {
  it('everybody can use the elements', async () => {
    const person = await at('ready', 'ar')
    assert.deepEqual(await faults(person), [])
    await person.leave()
  })

  it('a form stands in its dialog so, too', async () => {
    const person = await at('ready', 'ar')
    await person.click('button', 'Rekey')
    await person.reads('توليد')
    const direction = await person.page.evaluate(() => {
      const dialog = document
        .querySelector('provision-actions')
        ?.shadowRoot?.querySelector('dialog')
      return dialog ? getComputedStyle(dialog).direction : 'none'
    })
    assert.equal(direction, 'rtl')
    await person.leave()
  })
})

describe('with colours the person has forced', () => {
  async function forced(service: Treatment): Promise<Person> {
    const person = await at(service)
    const session = await person.page.createCDPSession()
    await session.send('Emulation.setEmulatedMedia', {
      features: [{ name: 'forced-colors', value: 'active' }],
    })
    return person
  }

  it('every control keeps an edge', async () => {
    const person = await forced('ready')
    await person.click('button', 'Erase')
    await person.find('textbox', 'Type alice.example to confirm')
    const edgeless = await person.page.evaluate(() =>
      [...document.querySelectorAll('*')]
        .flatMap(({ shadowRoot }) => [
          ...(shadowRoot?.querySelectorAll('button, input, select') ?? []),
        ])
        .filter(
          (control) =>
            control.checkVisibility() && !control.matches('[type="checkbox"], [role="menuitem"]'),
        )
        .filter((control) => getComputedStyle(control).borderBlockStartWidth === '0px')
        .map((control) => control.outerHTML),
    )
    assert.deepEqual(edgeless, [])
    await person.leave()
  })
})
