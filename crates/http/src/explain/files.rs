//! What is wrong with a file, in Chinese and with its figures: beside the English sentences, which stand with the faults.

use fairfile_intake::FileFault;
use fairfile_service::source::FileTrouble;

/// What is wrong with a file, with its figures; nothing where the code says it all.
pub(crate) fn in_chinese(trouble: &FileTrouble) -> Option<String> {
    match trouble {
        FileTrouble::File(fault) => of_reader(fault),
        FileTrouble::MissingColumns(inputs) => {
            let names: Vec<String> = inputs.iter().map(|input| format!("“{input}”")).collect();
            Some(format!("文件没有这些项的列：{}", names.join("、")))
        }
        FileTrouble::UnknownColumn(column) => Some(format!("第{column}列不属于该项目")),
        FileTrouble::SameColumn(first, second) => Some(format!("第{first}列和第{second}列是同一项")),
        FileTrouble::NoSuchItem
        | FileTrouble::NotASource
        | FileTrouble::Suspended
        | FileTrouble::Catalog(_)
        | FileTrouble::OtherOrder => None,
    }
}

fn of_reader(fault: &FileFault) -> Option<String> {
    match fault {
        FileFault::TooLarge { limit } => Some(format!("文件最大{limit}字节")),
        FileFault::UnknownFormat => Some("文件既不是带分隔符的文本，也不是 .xlsx 工作簿或 JSON Lines".to_owned()),
        FileFault::UnknownEncoding => Some("文字既不是 UTF-8，也不是 GB18030 或完好的 UTF-16".to_owned()),
        FileFault::BlankHeading { column } => Some(format!("第{column}列没有表头")),
        FileFault::DuplicateHeading { first, second } => Some(format!("第{first}列和第{second}列的表头相同")),
        FileFault::TooManyHeadings { limit } => Some(format!("最多{limit}列")),
        FileFault::TooManyRows { limit } => Some(format!("连表头最多{limit}行")),
        FileFault::RecordTooLong { row, limit } => Some(format!("第{row}行超过{limit}字节")),
        FileFault::QuoteNotClosed { row } => Some(format!("第{row}行的引号没有闭合")),
        FileFault::Bomb { limit } => Some(format!("工作簿的一部分解压后超过原大小的{limit}倍")),
        FileFault::InflatesTooFar { limit } => Some(format!("工作簿解压后超过{limit}字节")),
        FileFault::TooManyParts { limit } => Some(format!("工作簿的部件超过{limit}个")),
        FileFault::TooMuchInside { limit, .. } => Some(format!("工作簿的文字、格式或层次超过{limit}")),
        FileFault::Empty
        | FileFault::OldOrEncryptedExcel
        | FileFault::NoHeading
        | FileFault::JsonList
        | FileFault::Damaged { .. }
        | FileFault::ActiveContent { .. }
        | FileFault::TookTooLong
        | FileFault::Unreadable { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_told_in_chinese_as_well() {
        let check =
            |trouble: FileTrouble, expected: Option<&str>| assert_eq!(in_chinese(&trouble).as_deref(), expected);
        check(FileTrouble::UnknownColumn(1), Some("第1列不属于该项目"));
        check(FileTrouble::SameColumn(2, 5), Some("第2列和第5列是同一项"));
        check(FileFault::QuoteNotClosed { row: 7 }.into(), Some("第7行的引号没有闭合"));
        check(FileFault::Empty.into(), None);
    }
}
