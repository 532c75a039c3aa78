# 电子邮件和短信的文字。一件事、一个下一步、一个日期；不写内容，不写类别，不写单位。

## 谁在说话，以及您认得出真消息的暗语

node-name = 公平档案
head = 【{ $name }】
head-with-phrase = 【{ $name }】{ $phrase }：

## 事实，完整的句子

written-subject = 您的档案有新内容
written = 您的档案有新内容，他人自{ $day }起才能看到，您现在就可以查看。
written-shown = 您的档案有新内容，他人自{ $day }起可以看到。
corrected-subject = 您的档案有一处更正
corrected = 您的档案于{ $day }有一处更正。请查看，也可查看告知了谁。
withdrawn-subject = 您的档案有一处撤回
withdrawn = 您的档案于{ $day }有一处撤回。请查看，也可查看告知了谁。
ended-subject = 您的档案有一处期满
ended = 您的档案有一处展示至{ $day }，现已期满，他人不再看到，您仍可查看。
destroyed-subject = 您的档案有一处已销毁
destroyed = 您的档案有一处保存至{ $day }，现已销毁，任何人都无法再读取。您无需办理任何事。
looked-subject = 有人查看了您的档案
looked = 截至{ $day }，您的档案被查看{ $count }次。请看“谁看过”。
signed-in-subject = 您的档案被打开
signed-in = 有人于{ $day }{ $time }以您的身份登录并阅读了档案。如果不是您本人，请立即到服务窗口。
copied-subject = 您的档案被取走一份副本
copied = 有人于{ $day }{ $time }以您的身份取走一份档案副本。如果不是您本人，请立即到服务窗口。
moved-subject = 您的消息今后发往别处
moved = 您于{ $day }{ $time }更改了接收方式，消息今后发往别处。如果不是您本人，请立即到服务窗口。

## 前后文字

no-links = 请自行打开网站，我们不发链接。
mail-subject = { $name }：{ $subject }
mail-phrase = 您的暗语：{ $phrase }。
mail-how = 请自行打开公平档案网站（{ $home }）并登录查看。
mail-help = 任何服务窗口都可以提供帮助。
mail-help-phone = 电话求助：{ $phone }。
mail-help-hours = 电话求助：{ $phone }（{ $hours }）。
mail-help-post = 来信请寄：{ $post }。
mail-kept = 本消息保存在“消息”第{ $number }号。公平档案从不索要您的身份证号、验证码或钱款。

## 写给经办人员和节点人员

recovery-subject = 有人说您丢失了全部通行密钥
recovery = 有人说您丢失了全部通行密钥。如果没有人拒绝，{ $day }{ $time }起，两名登记员可以准许重新设置。
recovery-yours = 如果是您本人，无需处理。如果不是，请自行打开网站（{ $home }），登录后拒绝，或立即联系登记员。
recovery-never = 本网站从不通过邮件索要通行密钥、代码或钱款。
confirm-subject = 贵单位有{ $count }条通知待确认
confirm = 贵单位有{ $count }条通知待确认。
confirm-left =
    { $left ->
        [0] 今天（{ $day }）是最后一天。
       *[other] 还有{ $left }天，最后一天是{ $day }。
    }
confirm-next = 如需确认，请自行打开网站（{ $home }），登录后进入“通知”。
late-subject = 贵单位有{ $count }条通知逾期
late = 贵单位已逾期：{ $count }条通知最迟应于{ $day }确认。
late-list-subject = { $count }条通知逾期
late-list = { $day }有{ $count }条通知逾期。
late-list-next = 要查看是哪些单位，请自行打开网站（{ $home }），登录后进入“监督”。
training-subject = 您的一项培训即将到期
training = 您有{ $count }项培训有效期至{ $day }。
training-next = 请向登记员了解如何续期。要查看用于哪项目的，请自行打开网站（{ $home }）并登录。
key-subject = 贵单位的密钥即将到期
key = { $count }把用于签署请求的密钥有效期至{ $day }。
key-next = 请生成新密钥，并在该日之前（含当日）请登记员登记。
check-failed-subject = 日志核查未通过
check-failed = { $day }{ $time }的日志核查未通过。发现差异{ $count }处。
check-failed-next = 请立即联系节点的运行人员。要了解详情，请自行打开网站（{ $home }），登录后进入“日志”。
batch-subject = 贵单位的一份文件已核对
batch = 一份文件已于{ $day }核对：共{ $received }行，收下{ $accepted }行，退回{ $rejected }行，已有{ $duplicate }行，待决定{ $waiting }行。
batch-next = 要查看是哪些行，请自行打开网站（{ $home }），登录后进入“批次”。
stopped-subject = 您已被暂停查询
stopped = 您的提问看起来像是搜索，已被暂停。两名登记员同意之前，不会向您显示任何内容。
stopped-next = 请联系登记员。
which = 编号：{ $ids }。
which-more = 编号：{ $ids }，另有{ $more }个。

## 日期与时间

day = { $month }{ $day }日
day-with-year = { $year }年{ $month }{ $day }日
month = { $month }月
