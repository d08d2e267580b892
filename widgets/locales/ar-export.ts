import type { ExportWords } from './export-words.ts'

export const exporting: ExportWords = {
  export: 'تصدير',
  export_help:
    'ملف بكل القيود المطابقة، لا المعروضة وحدها: CSV لجداول البيانات، أو JSON Lines الذي يثبت أن شيئًا لم يُغيَّر.',
  export_csv: 'حفظ بصيغة CSV',
  export_jsonl: 'حفظ بصيغة JSON Lines',
  export_stop: 'إيقاف',
  export_preparing: 'يجري إعداد الملف…',
  export_done: {
    one: '{name} جاهز وفيه قيد واحد. يحفظه متصفحك.',
    two: '{name} جاهز وفيه قيدان. يحفظه متصفحك.',
    few: '{name} جاهز وفيه {count} قيود. يحفظه متصفحك.',
    other: '{name} جاهز وفيه {count} قيدًا. يحفظه متصفحك.',
  },
  export_none: 'لا قيد مطابق، فلا شيء يُحفظ.',
  export_too_large:
    'القيود أكثر مما تستطيع صفحة وضعه في ملف واحد. لم يُحفظ شيء. ضيّق البحث أو اطلب السجل كاملًا من المشغّل.',
  export_cut: 'انقطع الملف قبل نهايته. لم يُحفظ شيء. حاول مرة أخرى.',
  export_stopped: 'توقّف. لم يُحفظ شيء.',
}
