// CloudFormation itself, its limits and AWS's quotas. The broadest entries come last.
import type { Known } from './known.ts'

export const cloudformation: Known[] = [
  {
    id: 'template-denied',
    when: /S3 error: Access Denied/i,
    seen: 'awslabs/sagemaker-explaining-credit-decisions#1',
    next: 'A template could not be read from the artifact bucket in {region}: it is gone, or the role dr-execution may not read it. {bootstrap} repairs the role, a new deploy uploads the template again.',
  },
  {
    id: 'template-url',
    when: /TemplateURL must be a supported URL|TemplateURL must be an Amazon S3 URL|is not a valid S3 domain/i,
    seen: 'mlnrt/incident-response-and-forensic#1, aws/aws-cli#3200',
    next: 'A nested template of {resource} was not packaged. Refer to it by a relative path in TemplateURL.',
  },
  {
    id: 'capabilities',
    when: /Requires capabilities : \[(?<capability>[\w, ]+)\]/,
    seen: 'cjkent/osiris#417, envato/stack_master#138',
    next: 'A template asks for {capability}; dr grants CAPABILITY_NAMED_IAM and nothing else. Take the macro or transform out of it.',
  },
  {
    id: 'early-validation',
    when: /hook\(s\)\/validation failed: \[(?<check>[^\]]+)\]/,
    seen: 'aws/aws-cdk-cli#1000',
    next: 'AWS refused the template before it began ({check}), and the reason could not be read. Allow this caller cloudformation:DescribeEvents in {region}, and run the same command again to see the reason.',
  },
  {
    id: 'throttled',
    when: /Rate exceeded|\((?:Throttling|TooManyRequests)\w*\)/i,
    seen: 'aws/aws-cdk#9882, serverless/serverless#8040',
    next: 'AWS slowed the whole account down in {region}; nothing is wrong with {resource}. Run the same command again when less is going on.',
  },
  {
    id: 'quota',
    when: /limit ?exceeded|maximum number of|quota/i,
    seen: 'convox/rack#337',
    next: 'A quota of the account is reached in {region}. Delete what is no longer needed, or find the quota and raise it: aws service-quotas list-services --region {region}',
  },
]
