//! The one page: what this is, and where the rest is.

use axum::response::Response;

use super::page;
use crate::caller::Call;
use crate::response;

const EN: &str = "\
<p>Fairfile keeps the records that public bodies lawfully hold about people's professional and legal obligations. \
Every record has a law behind it, an end date and a way to contest it. Every look at a file is authorised, recorded, \
shown to the person and provable.</p>
<p>There is no list of people here and no search. Nobody is graded.</p>
<h2>What anybody may see</h2>
<ul>
<li><a href=\"/api/catalog\">Catalog</a>: what may be kept, by which law, for how long, and who may see it</li>
<li><a href=\"/api/purposes\">Purposes</a>: why an office may ask</li>
<li><a href=\"/api/members\">Members</a>: the bodies that write records or ask</li>
<li><a href=\"/api\">Programming interface</a>: every address of this node</li>
</ul>
<h2>Check us</h2>
<ul>
<li><a href=\"/journal/checkpoint\">Checkpoint</a>: the signed head of the journal of every write and every look</li>
<li><a href=\"/journal/key\">Key</a>: what it is signed with</li>
</ul>
<p>To check a receipt, a copy of a file or the whole journal without trusting this node, run \
<code>fairfile verify FILE</code> on your own computer. It needs no connection.</p>
";

const ZH: &str = "\
<p>公平档案保存公共机构依法持有的、与个人职业和法定义务有关的记录。每条记录都有法律依据、终止日期和提出异议的办法。\
每次查看都须经授权、留下记录、让本人看到，并且可以证明。</p>
<p>这里没有人员名单，也不能搜索。不给任何人评级。</p>
<h2>任何人都可以看到</h2>
<ul>
<li><a href=\"/api/catalog\">目录</a>：可以保存什么、依据哪部法律、保存多久、谁可以看</li>
<li><a href=\"/api/purposes\">用途</a>：机构可以因何查询</li>
<li><a href=\"/api/members\">成员单位</a>：提供记录或者查询的机构</li>
<li><a href=\"/api\">编程接口</a>：本节点的全部地址</li>
</ul>
<h2>核验我们</h2>
<ul>
<li><a href=\"/journal/checkpoint\">检查点</a>：记载每次写入和每次查看的日志，其最新状态及签名</li>
<li><a href=\"/journal/key\">公钥</a>：用于核验签名</li>
</ul>
<p>要核验回执、档案副本或者整个日志而不必信任本节点，请在自己的电脑上运行 <code>fairfile verify FILE</code>，无需联网。</p>
";

/// `GET /`: the page, in the language that was asked for.
pub(crate) fn show(call: &Call<'_>) -> Response {
    let language = call.language();
    let lang = language.pick("en", "zh-Hans");
    let title =
        language.pick("Fairfile: a file that is fair to the person it is about", "公平档案：对当事人公平的档案");
    response::page(lang, page(lang, title, language.pick(EN, ZH)))
}
