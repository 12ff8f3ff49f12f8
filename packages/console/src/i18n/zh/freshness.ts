import type { freshness as english } from '../en/freshness.js';
import type { Words } from '../words.js';

export const freshness: Words<typeof english> = {
  freshness: {
    tab: '新鲜度',
    settingsTab: '命名空间',
    rules: '规则',
    rulesHint:
      '最近一条消息超过规则允许的时长时，主题即为断流；发布者断开时立即断流。多条规则匹配时，以第一条为准。没有规则的主题不会断流。',
    ruleN: '规则 {{n}}',
    maxAge: '最长间隔',
    calendar: '交易日历',
    alwaysOpen: '全天',
    moveUp: '上移',
    remove: '移除',
    addRule: '添加规则',
    calendars: '交易日历',
    calendarsHint: '在日历的交易时段之外，主题不会断流。',
    addCalendar: '添加日历',
    removeCalendar: '移除日历',
    usedBy_other: '{{n}} 条规则在使用',
    calendarName: '名称',
    nameTaken: '已有同名日历。',
    timeZone: '时区',
    weekdays: '交易日',
    days: { mon: '周一', tue: '周二', wed: '周三', thu: '周四', fri: '周五', sat: '周六', sun: '周日' },
    hours: '交易时段',
    hoursHint: '按市场所在时区填写。21:00-02:30 这样的时段在次日结束。',
    hoursProblem: '请按 09:30-11:30, 13:00-15:00 的格式填写。',
    holidays: '休市日',
    holidaysProblem: '请按 2026-10-01 的格式填写，以逗号分隔。',
    incomplete: '填好标出的字段后，即可预览规则的效果。',
    wouldBeStale_other: '现在将有 {{n}} 个主题断流',
    underRule: '规则匹配 {{n}} / {{of}} 个主题。',
  },
};
