"""Why a file, page or list is not taken, in Chinese: rows of the table in lines.py."""

from __future__ import annotations

from typing import Final

#: English as raised → Chinese.
REASONS: Final[dict[str, str]] = {
    # Any file.
    "is empty": "是空文件",
    "holds {n} letters, and only the first is read; put each into a file of its own": "内有 {n} 件答复，只读了第一件；请每件另存为一个文件",
    "is a folder, not a file": "是文件夹，不是文件",
    "is not a regular file": "不是普通文件",
    "is a link that leads out of its folder; name the file itself": "是指向别处的链接；请直接写出那个文件",
    "is larger than {n} MB; as evidence take a part": "超过 {n} MB；请只取作为佐证的部分",
    "is not a usable file name": "文件名无法使用",
    "is larger than {size}": "超过 {size}",
    "is larger than {n} MB; no letter is": "超过 {n} MB，不会是答复件",
    "is a binary file, not text": "不是文本文件",
    "is in no known encoding (tried {names})": "文字编码无法识别（已试 {names}）",
    "begins as {encoding} and goes on as something else": "文字编码前后不一（开头是 {encoding}）",
    "is a picture, not text": "是图片，不是文稿",
    "is a database, not text": "是数据库文件，不是文稿",
    "is an RTF document; save its text as .docx or .txt first": "是 RTF 文稿；请另存为 .docx 或 .txt",
    "is a gzip archive, not text; unpack it first": "是 gzip 压缩文件；请先解压",
    "is a RAR archive, not text; unpack it, or pack it as .zip": "是 RAR 压缩包；请解压，或改为 .zip",
    "is a 7z archive, not text; unpack it, or pack it as .zip": "是 7z 压缩包；请解压，或改为 .zip",
    "is an OpenDocument file; save it as .docx": "是 OpenDocument 文稿；请另存为 .docx",
    "is a ZIP archive; `tracker import` takes the letters out of it": "是压缩包；请用 tracker import 导入其中的答复件",
    "is a mail; `tracker import` takes the letters out of it": "是邮件；请用 tracker import 导入其中的答复件",
    "the page breaks off in the middle of a tag": "网页不完整，在标签中间断开",
    "the page holds no text": "网页没有文字",
    "the page holds more than {n} tags; no letter does": "网页标签超过 {n} 个，不会是答复件",
    # What can be read and is no reply.
    "holds no text": "没有文字",
    "holds no letter": "其中没有答复件",
    "speaks of no suggestion or proposal (建议, 提案)": "没有提到建议、提案，不像答复件",
    "is headed as something else ({other})": "从标题看是其他文稿（{other}）",
    "is no reply: no deputies addressed, no opening (收悉, 答复如下), no title (答复, 复函)": (
        "不像答复件：没有代表、委员的称呼，没有“收悉”“答复如下”，标题也没有“答复”“复函”"
    ),
    # Word, WPS, PDF, OFD.
    "is a Word document or ZIP archive that is damaged or cut off; save or fetch it again": (
        "Word 文稿或压缩包已损坏或不完整；请重新保存或下载"
    ),
    "is a damaged Word document; open it in Word or WPS and save it again as .docx": (
        "Word 文稿已损坏；请用 Word 或 WPS 打开，另存为 .docx"
    ),
    "the document holds no text; of a scan, type or recognise it first": "文稿中没有文字；如是扫描件，请先识别或录入",
    "is no Word document; save the letter as .docx or .txt": "不是 Word 文稿；请另存为 .docx 或 .txt",
    "is a file with macros; save it as .docx": "是带宏的文稿；请另存为 .docx",
    "is a Word template; save it as .docx": "是 Word 模板；请另存为 .docx",
    "is an Excel workbook, not a letter; save the letter as .docx or .txt": "是 Excel 工作簿，不是答复件；请把答复件另存为 .docx 或 .txt",
    "is a set of slides, not a letter; save the letter as .docx or .txt": "是演示文稿，不是答复件；请把答复件另存为 .docx 或 .txt",
    "is a mail of Outlook; save it as .eml, or its attachments as files": "是 Outlook 邮件；请另存为 .eml，或另存其附件",
    "is saved as Strict Open XML; save it as an ordinary .docx": "存成了“严格 Open XML”格式；请另存为普通 .docx",
    "declares a document type, which no Word document does; copy the text into a new one": (
        "含有 Word 文稿不会有的声明；请把文字复制到新文稿"
    ),
    "is encrypted; unpack it with its password and save it as .docx": "已加密；请用密码打开，另存为 .docx",
    "is encrypted; open it with its password and save it without one": "已加密；请用密码打开，去掉密码后另存",
    "is encrypted; open it with its password, remove the password and save it as .docx": (
        "已加密；请用密码打开，去掉密码后另存为 .docx"
    ),
    "is an old Word or WPS document that is damaged or cut off, or another kind of old document; open it and save it as .docx": (
        "旧版 Word 或 WPS 文稿已损坏或不完整，或是其他旧格式；请打开后另存为 .docx"
    ),
    "is an old Word or WPS document that is damaged or of a rare kind; save it as .docx, or install LibreOffice (soffice), which may read it": (
        "旧版 Word 或 WPS 文稿已损坏或格式少见；请另存为 .docx，或安装 LibreOffice(soffice)再试"
    ),
    "is an old Word or WPS document that LibreOffice cannot read either; open it and save it as .docx": (
        "旧版 Word 或 WPS 文稿，LibreOffice 也读不了；请打开后另存为 .docx"
    ),
    "needs LibreOffice (soffice) to be read; install it, or save as .docx": "须用 LibreOffice(soffice)读取；请安装，或另存为 .docx",
    "takes LibreOffice longer than {n} s; open it and save it as .docx": "LibreOffice 读了 {n} 秒还没读完；请打开后另存为 .docx",
    "is a PDF document that is damaged or cut off; save or fetch it again": "PDF 文件已损坏或不完整；请重新保存或下载",
    "is protected in a way that is not known; save it without": "PDF 的保护方式无法识别；请去掉保护后另存",
    "page {n} is damaged; save or fetch it again": "第 {n} 页已损坏；请重新保存或下载",
    "is an OFD document that is damaged or cut off; save or fetch it again": "OFD 文件已损坏或不完整；请重新保存或下载",
    "has more than {n} pages; no letter does": "超过 {n} 页，不会是答复件",
    "no text: scanned": "是扫描件，没有文字",
    "no text: scanned; {remedy}": "是扫描件，没有文字；{remedy}",
    "no text: {sort}, and no text was recognised": "没有文字：{sort}，也识别不出",
    "scanned": "扫描件",
    "ask for the original, or save it as PDF for text recognition": "请索取原件，或另存为 PDF 再作文字识别",
    "ask for the original, or turn on text recognition: {command} and ocr = true under [reading] in config.toml": (
        "请索取原件，或启用文字识别：{command}，并在 config.toml 的 [reading] 中写 ocr = true"
    ),
    "no text: scanned, and more than {n} pages; ask for the original": "是扫描件，没有文字，且超过 {n} 页；请索取原件",
    "no text: scanned, and the recognition of page {n} failed": "是扫描件，第 {n} 页文字识别失败",
    "page {n} holds more than {most} signs; no page of a letter does": "第 {n} 页超过 {most} 字，不会是答复件",
    "page {n} holds more than {most} objects; no page of a letter does": "第 {n} 页的对象超过 {most} 个，不会是答复件",
    "holds more than {n} signs; no letter does": "超过 {n} 字，不会是答复件",
    "is made of more than {n} tags; no letter is": "标签超过 {n} 个，不会是答复件",
    "unpacks to more than {n} MB of text; no letter does": "解压后文字超过 {n} MB，不会是答复件",
    "holds more than {n} members; no letter does": "内部文件超过 {n} 个，不会是答复件",
    "holds XML in an encoding that no document is in; save it anew": "内部 XML 的编码异常；请重新保存",
    "declares a document type, which no OFD document does": "含有 OFD 文件不会有的声明",
    # Archives and mails.
    "is a ZIP archive that is damaged or cut off; save or fetch it again": "压缩包已损坏或不完整；请重新保存或下载",
    "holds no file that may be a letter ({names})": "其中没有可能是答复件的文件（{names}）",
    "is packed more than {n} deep; unpack it first": "压缩包嵌套超过 {n} 层；请先解压",
    "is damaged in its archive; fetch the archive again": "在压缩包中已损坏；请重新下载压缩包",
    "is encrypted; unpack the archive with its password and import the files": "压缩包已加密；请用密码解压后导入",
    "is a link to another file, not a file": "是指向其他文件的链接，不是文件",
    "is packed in a rare way; unpack the archive and import the files": "压缩方式少见；请解压后导入",
    "unpacks to more than {n} times its size; no letter does": "解压后超过原来的 {n} 倍，不会是答复件",
    "holds more than {n} files; import the rest by itself": "文件超过 {n} 个；其余请另行导入",
    "is a mail that is damaged or cut off; save or fetch it again": "邮件已损坏或不完整；请重新保存或下载",
    "is a mail of more than {n} lines; save its attachments": "邮件超过 {n} 行；请另存附件后导入",
    "is a mail of more than {n} parts; no letter is sent so": "邮件超过 {n} 个部分，不会是答复件",
    "is a mail with a head that no program writes; save its attachments": "邮件头异常；请另存附件后导入",
    "unpacks to more than {n} MB, or the archive to more than {most} MB; unpack it and import the files": (
        "解压后超过 {n} MB，或压缩包合计超过 {most} MB；请解压后导入"
    ),
    "holds more files than any batch of letters": "文件太多，不会是一批答复件",
    "is a mail that is nested too deep; save its attachments and import the files": "邮件嵌套太深；请另存附件后导入",
    "holds more attachments than a mail has; save them and import the files": "附件太多；请另存后导入",
    "is in a form that is not read": "格式不读",
    "not kept: letters of more than {n} MB came together; {remedy}": "没有留存：一次解出的答复件超过 {n} MB；{remedy}",
    "download it and import the file": "请下载后导入文件",
    "import it without --engine dask": "请不用 --engine dask 导入",
    "went with the workers of the cluster that read it": "读它的集群节点退出了",
    # What reading costs.
    "took longer than {n} s to be read": "读取超过 {n} 秒，已放弃",
    "needs more than {n} MB of memory to be read": "读取所需内存超过 {n} MB，已放弃",
    "ended the process that read it ({how})": "读取时进程异常结束（{how}）",
    "met a fault of this program, please report it: {what}": "遇到本程序的错误，请报告：{what}",
    "the database does not take it: {reason}": "数据库不接受：{reason}",
    # Addresses.
    "is no usable address: {reason}": "网址无法使用：{reason}",
    "only http and https addresses are read": "只读 http 和 https 网址",
    "the address names no host": "网址中没有主机名",
    "the address is too long": "网址太长",
    "the address holds a password; leave it out": "网址中带有密码；请去掉",
    "host or port cannot be": "主机名或端口不对",
    "no host {host}": "找不到主机 {host}",
    "no host {host}: {reason}": "找不到主机 {host}：{reason}",
    "{host} leads to {network}; if it is meant, name the host in [fetch] allow_hosts": (
        "{host} 指向{network}；确需访问的，请把主机名写入 [fetch] 的 allow_hosts"
    ),
    "this machine": "本机",
    "this machine ({ip})": "本机（{ip}）",
    "a private network": "内网",
    "a private network ({ip})": "内网（{ip}）",
    "asks for a password ({status})": "须输入密码（{status}）",
    "refuses access ({status})": "拒绝访问（{status}）",
    "no such page ({status})": "没有这个网页（{status}）",
    "the page has been taken away ({status})": "网页已撤下（{status}）",
    "asks to be asked less often ({status})": "网站要求降低访问频率（{status}）",
    "the server fails ({status})": "网站服务器出错（{status}）",
    "is refused ({status})": "请求被拒绝（{status}）",
    "{reason}; asks to wait {n} s ({status})": "{reason}，要求等待 {n} 秒（{status}）",
    "asks to be asked less often": "网站要求降低访问频率",
    "the server fails": "网站服务器出错",
    "cannot be reached: {reason}": "连接不上：{reason}",
    "does not answer in time ({step})": "未能按时应答（{step}）",
    "connecting": "连接时",
    "an answer": "等待应答时",
    "takes longer than {n} s": "超过 {n} 秒还没有传完",
    "the connection broke off: {reason}": "连接中断：{reason}",
    "breaks off in the middle": "传到一半中断",
    "cannot be asked for: {reason}": "请求发不出去：{reason}",
    "is packed as {name}, which was not asked for": "压缩方式是 {name}，没有要求过",
    "is packed wrongly: {reason}": "压缩数据有误：{reason}",
    "the daemon is told to stop": "程序正在停止",
    "the page holds more than {n} tags; no page of links does": "网页标签超过 {n} 个，不会是目录页",
    "is larger than {n} MB; no page of links is": "超过 {n} MB，不会是目录页",
    "the proxy refuses: {reason}": "代理服务器拒绝：{reason}",
    "the certificate is not valid: {reason}": "网站证书无效：{reason}",
    "redirects more than {n} times": "转址超过 {n} 次",
    "redirects to no usable address": "转到的网址无法使用",
    "is no page or document but {kind}": "不是网页或文稿，而是 {kind}",
    "does not say what it is, by neither type nor ending": "不知道是什么文件：没有类型，也没有扩展名",
    "the site's robots.txt does not allow it": "网站的 robots.txt 不允许",
    # Why a message did not go out.
    "too many messages: {said}": "发得太多，稍后再发：{said}",
    "too many messages (429)": "发得太多，稍后再发（429）",
    "the robot takes no more messages for {seconds} s": "机器人 {seconds} 秒内不再接收消息",
    "the robot is gone, or its address is wrong: {said}": "机器人已被移除，或地址有误：{said}",
    "the robot refused it: {said}": "机器人拒收：{said}",
    "clock or secret are wrong: {said}": "本机时间或签名密钥有误：{said}",
    "the answer holds no code": "答复中没有结果码",
    "nothing left to say": "已无内容可发",
    "cancelled by {who}": "由{who}取消",
    "robots.txt cannot be read: {reason}": "robots.txt 读不到：{reason}",
    "not read: {links} ({why})": "未读：{links}（{why}）",
    "the site did not answer again and again": "网站多次没有应答",
    "a page may hold {n} documents of {size} MB in all": "一个网页至多 {n} 个文稿，合计 {size} MB",
    # Lists.
    "row {n}: no link": "第 {n} 行：没有链接",
    "row {n}: no link ({title})": "第 {n} 行：没有链接（{title}）",
    "row {n}: {reason}": "第 {n} 行：{reason}",
    "{sheet}, row {n}: {reason}": "{sheet} 第 {n} 行：{reason}",
    "no link": "没有链接",
    "no link ({title})": "没有链接（{title}）",
    "holds no links; a list needs a column 链接, 网址 or URL (a list of suggestions: tracker suggestions import)": (
        "其中没有链接；列表须有“链接”“网址”或“URL”列（交办清单请用 tracker suggestions import）"
    ),
    "the table is empty": "表格是空的",
    "no column {wanted}; columns: {known}; other words go into data/lexicon/columns.toml": (
        "没有“{wanted}”列；可识别的列：{known}；其他叫法可写入 data/lexicon/columns.toml"
    ),
    "is no table: {reason}": "不是表格：{reason}",
    "has no sheet {name}; it has none, being a text": "没有工作表 {name}；文本文件没有工作表",
    "merges more cells than any list; part them and save it again": "合并的单元格太多；请取消合并后重新保存",
    "holds more than {n} members; no workbook does": "内部文件超过 {n} 个，不会是工作簿",
    "is written in another encoding than workbooks are; save it again": "工作簿的编码异常；请重新保存",
    "has formats of numbers that no program writes; save it again": "数字格式异常；请重新保存",
    "declares a document type, which no workbook does; save it again": "含有工作簿不会有的声明；请重新保存",
    "has no sheet with the column {ref} and columns to fill in; fill in a file that tracker export wrote": (
        "没有带“{ref}”列和填报列的工作表；请在 tracker export 导出的文件上填报"
    ),
    "has no sheet {name}; its sheets: {names}": "没有工作表 {name}；现有：{names}",
    "is larger than {n} MB; no list is": "超过 {n} MB，不会是清单",
    "has more than {n} lines; split it": "超过 {n} 行；请分成几个文件",
    "is no readable .xlsx workbook; open it and save it again": ".xlsx 工作簿读不了；请打开后重新保存",
    "is an old workbook (.xls, .et); open it and save it as .xlsx": "是旧版工作簿（.xls、.et）；请打开后另存为 .xlsx",
    "is an OpenDocument file (.ods); open it and save it as .xlsx": "是 OpenDocument 文件（.ods）；请打开后另存为 .xlsx",
    "is a web page or XML, not a table; open it and save it as .xlsx": "是网页或 XML，不是表格；请打开后另存为 .xlsx",
    "is encrypted; open it, remove the password and save it as .xlsx": "已加密；请打开，去掉密码后另存为 .xlsx",
    "is encrypted; unpack it with its password and save it as .xlsx": "已加密；请用密码打开，另存为 .xlsx",
    "is {sort}, not a workbook; save the list as .xlsx or .csv": "是{sort}，不是工作簿；请把清单另存为 .xlsx 或 .csv",
    "a Word document": " Word 文稿",
    "a ZIP archive": "压缩包",
    "is no text in UTF-8 or GB18030, and no .xlsx workbook": "不是 UTF-8 或 GB18030 文本，也不是 .xlsx 工作簿",
    "there is no ledger in this folder, but {office} has one: go there, or run tracker {option} …; to begin a new one here: tracker --data data …": (
        "当前文件夹没有台账，而 {office} 有：请到那里运行，或用 tracker {option} …；确要在此另建：tracker --data data …"
    ),
}  # fmt: skip
