// Regions that an account has to switch on before anything can be made there.
import { DrError } from '../core/errors.ts'
import type { Region } from '../core/model.ts'

/** Regions that an account must switch on. Source: AWS Account Management Reference Guide, "AWS Regions". */
export const optIn = new Set(
  (
    'af-south-1 ap-east-1 ap-east-2 ap-south-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ' +
    'ap-southeast-7 ca-west-1 eu-central-2 eu-south-1 eu-south-2 il-central-1 me-central-1 me-south-1 mx-central-1'
  ).split(' '),
)

/** What is said of a region that is not switched on. */
export const notEnabled = (region: Region): DrError =>
  new DrError(
    'RegionNotEnabled',
    3,
    `${region} is not switched on in this account, or not for these credentials; nothing was changed`,
    `switch it on (it can take hours): aws account enable-region --region-name ${region}; or choose another region`,
  )
