import { fixture, fixtureCleanup } from '@open-wc/testing-helpers'
import { html } from 'lit'
import '../../../widgets/define/actions.ts'
import type { ProvisionActions } from '../../../widgets/actions/provision-actions.ts'
import { anAction, anOperation, FakeBff } from './fake-bff.ts'
import { until } from './person.ts'

let bff: FakeBff
beforeEach(() => {
  bff = new FakeBff(anAction('frobnicate', { label: 'Frobnicate' }))
})
afterEach(() => {
  fixtureCleanup()
  bff.restore()
})

const shown = () =>
  fixture<ProvisionActions>(
    html`<provision-actions bff="https://bff.test" token="t" service="1042"></provision-actions>`,
  )

describe('an operation somebody began in a client’s place', () => {
  it('names both to staff', async () => {
    bff.operation = anOperation({ by: { role: 'client', label: 'Carol', act: 'Ann' } })
    await until(await shown(), 'Started by Ann (Carol)')
  })
  it('names nobody to the client', async () => {
    bff.operation = anOperation({ by: { role: 'staff', label: '' } })
    await until(await shown(), /Started (?!by)/)
  })
})
