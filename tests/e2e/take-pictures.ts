// Takes the README's pictures of the demo anew: node --import tsx tests/e2e/take-pictures.ts
import { fileURLToPath } from 'node:url'
import { openStage } from './stage.ts'

const folder = fileURLToPath(new URL('../../bff/demo/pictures/', import.meta.url))
const stage = await openStage()
const person = await stage.person({ width: 1100, height: 1180 })
await person.goto(`${stage.facts.admin}/clients/1/products/1042`)
await person.find('button', 'Delete account')
await person.find('meter', 'Disk space')
await person.find('button', 'Copy Domain')
await person.screenshot(`${folder}admin.png`, false)
await person.goto(`${stage.facts.client}/products/1042`)
await person.find('button', 'Change password')
await person.find('meter', 'Disk space')
await person.find('button', 'Copy Domain')
await person.screenshot(`${folder}client.png`, false)
await stage.end()
