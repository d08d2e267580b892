import type { Entry } from './entry.ts'
import type { failuresEn } from './failures-en.ts'

const NOTHING_TO_MEND = 'لا شيء يحتاج إلى إصلاح.'
const NOTHING_IN_PAGE = 'لا شيء يُغيَّر في الصفحة.'
const SEND_DETAILS = 'يرجى إرسال التفاصيل إلى الدعم.'

/** The pages of failures, in Arabic. */
export const failuresAr = {
  'element.offline': 'لم تصل أي إجابة من الخدمة، أو وصلت إجابة لا تُقرأ.',
  'element.offline@client': 'يتعذّر الوصول إلى الخدمة الآن.',
  'element.expired': 'رُفض رمز الصفحة مرتين، والرمز الجديد أيضًا.',
  'element.expired@client': 'انتهت صلاحية وصولك.',
  'element.host_session_ended': 'انتهت جلسة الصفحة نفسها، فلم تعد تعطي رموزًا.',
  'element.host_session_ended@client': 'انتهت جلستك في هذه الصفحة. سجّل الدخول من جديد.',
  'element.forbidden': 'لا تعطي الصفحة رمزًا لهذه الخدمة.',
  'element.forbidden@client': 'لا يمكنك الاطّلاع على هذا.',
  'element.token_missing': 'لا يعرف العنصر طريقًا إلى رمز، أو لم يأتِ منه رمز.',
  'element.token_missing@client': 'لم تُحدَّد طريقة لتسجيل الدخول.',
  'element.bff_missing': 'لا يعرف العنصر عنوان BFF: لم يُحدَّد.',
  'element.bff_missing@client': 'لم يُحدَّد عنوان الخدمة.',
  'element.incompatible': 'إجابة BFF لا تستطيع هذه النسخة من العنصر قراءتها.',
  'element.incompatible@client': 'هذه الصفحة والخدمة غير متوافقتين. أعد تحميل الصفحة.',
  'element.step_up_elsewhere': 'يجب إثبات الهوية في صفحة أخرى.',
  'element.step_up_elsewhere@client': 'أكّد هويتك في الصفحة المعروضة.',
  'element.step_up_impossible': 'لا تملك الصفحة طريقة لإثبات الهوية من جديد.',
  'element.step_up_impossible@client': 'لا يمكن تأكيد هويتك هنا.',

  'failure.request.meaning': 'لم يُبنَ الطلب كما تصفه واجهة البرمجة هذه، فرُفض قبل تنفيذ أي شيء.',
  'failure.request.client':
    'أعد تحميل الصفحة وحاول مرة أخرى. إن تكرّر ذلك فأرسل التفاصيل إلى الدعم.',
  'failure.request.staff': 'ليس السبب ما كتبته. مرّر التفاصيل إلى من يتولّى صيانة الصفحة.',
  'failure.request.developer':
    'قارن الطلب بما في ‎/v1/openapi.json‎؛ وتشير errors[] إلى موضع الخطأ. إن لم يتغيّر رُفض مرة أخرى.',
  'failure.request.operator': 'لا شيء يُصلَح هنا. إن تكرّر كثيرًا فابحث عن المرجع في السجل.',

  'failure.sign_in.meaning': 'رمز الصفحة ناقص أو منتهٍ أو غير مقبول. لم يُنفَّذ شيء.',
  'failure.sign_in.client': 'سجّل الدخول من جديد في الصفحة التي جئت منها.',
  'failure.sign_in.staff': 'سجّل الدخول من جديد. إن عاد ذلك فورًا فأخبر من يتولّى صيانة الصفحة.',
  'failure.sign_in.developer':
    'أعطِ رمزًا جديدًا لهذه الخدمة. تحقّق من iss وaud وexp وtyp ومن مفتاحه؛ ويذكر WWW-Authenticate نوع الرفض.',
  'failure.sign_in.operator':
    'قارن المُصدِر والمفاتيح والجمهور لدى المستأجر بالرموز المرسلة، وقارن الساعات. في السجل السبب الدقيق بجانب المرجع.',

  'failure.step_up.meaning': 'يلزم لهذا تسجيل دخول أحدث أو أقوى مما وراء الصفحة. لم يُرسل شيء.',
  'failure.step_up.client': 'أكّد هويتك حين يُطلب منك ذلك، ثم أعد المحاولة.',
  'failure.step_up.staff': 'أكّد هويتك حين يُطلب منك ذلك، ثم أعد المحاولة.',
  'failure.step_up.developer':
    'أجب عن السبب step_up برمز يوافق auth_time وacr فيه قيمتَي max_age وacr_values.',
  'failure.step_up.operator': 'الإجراءات التي تطلبه تُحدَّد لكل مستأجر.',

  'failure.permission.meaning':
    'تسجيل الدخول صحيح لكنه لا يصل إلى هذا: ينقص نطاق صلاحية أو دور أو أصل الصفحة.',
  'failure.permission.client': 'صلاحيتك لا تشمل هذا. اسأل الدعم إن كان ينبغي أن تشمله.',
  'failure.permission.staff': 'اسأل من يمنحك صلاحياتك.',
  'failure.permission.developer':
    'اطلب نطاق الصلاحية الذي يسمّيه WWW-Authenticate. المسموح هو ما يشترك فيه النطاق والدور والخدمة.',
  'failure.permission.operator': 'تحقّق من الأصول المسموحة للمستأجر ومن قائمة إجراءاته لكل دور.',

  'failure.missing.meaning':
    'لا شيء تحت هذا العنوان، أو لا شيء لمن سجّل الدخول: يُجاب عن الحالتين بالطريقة نفسها عمدًا.',
  'failure.missing.client': 'ارجع وافتحه من قائمتك مرة أخرى.',
  'failure.missing.staff': 'تحقّق من الخدمة المقصودة، فقد تكون لعلامة أخرى.',
  'failure.missing.developer':
    'تحقّق من المسار ومن أن الرمز يسمّي هذه الخدمة. لا تُسجَّل خدمة مجهولة إلا بوصفها في الرمز.',
  'failure.missing.operator':
    'لا شيء يحتاج إلى إصلاح، إلا إن كان ينبغي أن توجد خدمة هنا: يسجّلها ‎PUT /v1/services/…‎.',

  'failure.changed.meaning': 'ما أُكِّد ليس ما هو موجود الآن، أو أنه لم يُؤكَّد. لم يُرسل شيء.',
  'failure.changed.client': 'افتحه مرة أخرى واقرأ المعروض ثم قرّر من جديد.',
  'failure.changed.staff': 'افتحه مرة أخرى واقرأ المعروض ثم قرّر من جديد.',
  'failure.changed.developer': 'اطلب معاينة جديدة وأرسل بصمتها مع التأكيد. تصلح عشر دقائق.',
  'failure.changed.operator': NOTHING_TO_MEND,

  'failure.busy.meaning': 'يعمل شيء آخر على هذه الخدمة أو هذا الحساب. يُنفَّذ أمر واحد في كل مرة.',
  'failure.busy.client': 'انتظر حتى ينتهي. يمكنك إغلاق الصفحة أثناء ذلك.',
  'failure.busy.staff': 'تابع العملية الجارية. إن طلبت قرارًا فاتّخذه.',
  'failure.busy.developer':
    'اعرض العملية التي جاءت مع الإجابة وتابع التحديثات. المفتاح الجديد لفعل جديد فقط.',
  'failure.busy.operator': 'اعرض قائمة العمليات: ما يحتاج منها إلى شخص يؤخّر ما بعده.',

  'failure.input.meaning': 'قيمة أُدخلت غير مقبولة، فلم تُستخدم.',
  'failure.input.client': 'صحّح القيمة وأرسلها من جديد.',
  'failure.input.staff': 'صحّح القيمة وأرسلها من جديد. ما يُسمح به يقرّره الخادم وباقاته.',
  'failure.input.developer': 'اعرض نص errors[] بجانب القيمة التي يسمّيها pointer.',
  'failure.input.operator': 'لا شيء يحتاج إلى إصلاح، إلا إن كانت قواعد الخادم على غير ما ينبغي.',

  'failure.limit.meaning': 'بُلغ حدّ يحمي الجميع. لم يُنفَّذ شيء.',
  'failure.limit.client': 'انتظر قليلًا ثم حاول مرة أخرى.',
  'failure.limit.staff': 'انتظر حتى الوقت المعروض، أو اطلب من المشغّل حدًّا أعلى.',
  'failure.limit.developer':
    'انتظر المدة التي يذكرها Retry-After. وتذكر ترويسات RateLimit ما تبقّى.',
  'failure.limit.operator': 'الحدود إعدادات. ارفع حدًّا فقط إن كان الحِمل مقصودًا.',

  'failure.server.meaning':
    'تعذّر الوصول إلى الخادم أو لم يُجب إجابة صالحة. وحيث لا يُعرف إن نُفّذ شيء نتحقّق ولا نخمّن أبدًا.',
  'failure.server.client': 'لا يلزمك فعل شيء. حاول لاحقًا.',
  'failure.server.staff': 'تذكر العملية إن كان شيء قد أُرسل. لا تكرّر يدويًّا ما يجري التحقّق منه.',
  'failure.server.developer':
    'أعد القراءة بعد حين. ولا تُعد إرسال تغيير إلا بـ Idempotency-Key نفسه.',
  'failure.server.operator': 'تحقّق من شبكة الخادم وحِمله ونسخته، ثم اختبر الاتصال.',

  'failure.setup.meaning':
    'لا يقبل الخادم ما أُعدّ به هذا التثبيت: رمزه أو صلاحياته أو شهادته أو عنوانه.',
  'failure.setup.client': 'لا يلزمك فعل شيء. إن كان الأمر عاجلًا فتواصل مع الدعم.',
  'failure.setup.staff': 'افتح إعداد الخادم واختبره وأصلح ما يسمّيه الاختبار.',
  'failure.setup.developer': NOTHING_IN_PAGE,
  'failure.setup.operator':
    'امنح الرمز الصلاحيات التي يسردها الاختبار، أو جدّده، أو ثبّت الشهادة بعد مقارنتها.',

  'failure.record.meaning':
    'الحساب على الخادم ليس كما في سجلّنا، أو أنه يتبع جهة أخرى. لا يُجرى شيء على حساب مشكوك فيه.',
  'failure.record.client': SEND_DETAILS,
  'failure.record.staff': 'قارن الحساب على الخادم بالسجل، ثم اقبله أو اربطه أو ألغِ ربطه.',
  'failure.record.developer': 'تحقّق من أن الصفحة تصف الخدمة بالنطاق واسم المستخدم الصحيحين.',
  'failure.record.operator': 'ابحث في السجل عمّا تغيّر خارج هذا التثبيت.',

  'failure.state.meaning': 'لا تسمح بهذا الخدمةُ أو حسابها أو إعدادها بحالها الآن.',
  'failure.state.client': 'لا خطأ هنا. سيُعرض مرة أخرى حين يناسب.',
  'failure.state.staff': 'نفّذ أولًا ما يسمّيه السبب.',
  'failure.state.developer': 'اقرأ الإجراءات من جديد: يذكر كلٌّ منها سبب منعه.',
  'failure.state.operator': NOTHING_TO_MEND,

  'failure.capacity.meaning':
    'لا متّسع لهذا على الخادم: بُلغ حدّ في باقاته أو حساباته أو عناوينه أو قرصه.',
  'failure.capacity.client': SEND_DETAILS,
  'failure.capacity.staff': 'اختر باقة أخرى أو خادمًا آخر، أو أفسح مكانًا.',
  'failure.capacity.developer': NOTHING_IN_PAGE,
  'failure.capacity.operator': 'ارفع الحدّ على الخادم، أو أفسح مكانًا فيه.',

  'failure.ours.meaning': 'وقع خلل في هذا التثبيت نفسه، أو أنه يبدأ للتوّ. لا يُنفَّذ شيء مرتين.',
  'failure.ours.client': 'حاول مرة أخرى بعد لحظات.',
  'failure.ours.staff': 'حاول مرة أخرى بعد لحظات. إن بقي الأمر فأعطِ المشغّل المرجع.',
  'failure.ours.developer':
    'أعد الإرسال بعد Retry-After؛ ولا تُعد إرسال تغيير إلا بـ Idempotency-Key نفسه.',
  'failure.ours.operator': 'انظر إلى ‎/readyz‎ وقاعدة البيانات والسجل بجانب المرجع.',

  'failure.stopped.meaning': 'انتهت العملية قبل تنفيذ كل ما فيها. تذكر خطواتها ما نُفّذ وما لم يُنفَّذ.',
  'failure.stopped.client': 'إن لم يُصلَح قريبًا فأرسل التفاصيل إلى الدعم.',
  'failure.stopped.staff': 'اقرأ الخطوات ثم أعد محاولة الباقي.',
  'failure.stopped.developer': 'اعرض steps[] وما تتيحه can[].',
  'failure.stopped.operator': 'ابحث في السجل عمّا أوقفها.',

  'failure.page.meaning': 'الصفحة التي فيها العنصر غير مهيّأة له، أو قديمة جدًّا.',
  'failure.page.client': 'أعد تحميل الصفحة. إن بقي الأمر فأرسل التفاصيل إلى الدعم.',
  'failure.page.staff': 'أعد تحميل الصفحة. إن بقي الأمر فأخبر من يتولّى صيانتها.',
  'failure.page.developer':
    'حدّد bff وطريقًا إلى رمز (getToken أو provision-token-request أو token-url أو token)؛ وحمّل عناصر توافق واجهة البرمجة.',
  'failure.page.operator': 'تحقّق من أن الصفحات تستخدم العنوان العام لهذا التثبيت.',

  'failure.network.meaning':
    'لم تصل أي إجابة، أو لم يصل الطلب كاملًا. لا يُنفَّذ شيء مرتين إن أُعيد إرساله.',
  'failure.network.client': 'تحقّق من اتصالك ثم حاول مرة أخرى.',
  'failure.network.staff': 'تحقّق من اتصالك ثم حاول مرة أخرى.',
  'failure.network.developer':
    'تحقّق من bff ومن connect-src في سياسة الصفحة ومن أن أصلها مسجَّل. يحتفظ التغيير بـ Idempotency-Key الخاص به.',
  'failure.network.operator': 'تحقّق من أن ‎/livez‎ يجيب من الخارج، ومما يقف في الطريق.',

  'failure_place.problem': 'إجابة من واجهة البرمجة',
  'failure_place.operation': 'عملية فشلت',
  'failure_place.action': 'إجراء ممنوع',
  'failure_place.field': 'قيمة غير مقبولة',
  'failure_place.connection': 'اختبار اتصال بخادم',
  'failure_place.element': 'ما يكتشفه العنصر بنفسه',

  'failure_page.all': 'كل الرموز',
  'failure_page.title': 'ما تعنيه رموز واجهة البرمجة هذه',
  'failure_page.intro':
    'لكل خلل رمز واحد. اعتمد عليه لا على الكلمات، فهي تختلف باللغة وبمن يقرؤها.',
  'failure_page.status': 'حالة HTTP‏ {status}',
  'failure_page.happened': 'ما الذي حدث',
  'failure_page.exact': 'للموظفين',
  'failure_page.calm': 'للعملاء',
  'failure_page.meaning': 'ما معناه',
  'failure_page.next': 'ما العمل الآن',
  'failure_page.client': 'العميل',
  'failure_page.staff': 'الموظف',
  'failure_page.developer': 'مطوّر الصفحة',
  'failure_page.operator': 'المشغّل',
  'failure_page.again': 'إعادة المحاولة',
  'failure_page.later': 'قد ينجح الأمر نفسه لاحقًا.',
  'failure_page.never': 'سيفشل الأمر نفسه مرة أخرى ما لم يتغيّر شيء.',
  'failure_page.reference':
    'تطلب المساعدة؟ اذكر المرجع الذي يبدأ بـ req_. يخبرنا بما حدث وليس فيه أي سر.',
} as const satisfies Readonly<Record<keyof typeof failuresEn, Entry>>
