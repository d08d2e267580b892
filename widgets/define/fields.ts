import { ProvisionFields } from '../fields/provision-fields.ts'
import { define } from '../parts/define.ts'

define('provision-fields', ProvisionFields)
