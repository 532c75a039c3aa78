//! Invented people by number, and their pharmacist licences as a source would export them.

use std::fmt::Write;
use std::ops::Range;

/// The identity number of invented person no. `n`; its county code is not assigned.
pub fn number(n: usize) -> String {
    let (county, year, month) = (n % 100, 1950 + (n / 100) % 50, 1 + (n / 5_000) % 12);
    let (day, order) = (1 + (n / 60_000) % 28, n / 1_680_000);
    let mut digits = format!("5399{county:02}{year:04}{month:02}{day:02}{order:03}");
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    digits.push(char::from(b"10X98765432"[(sum % 11) as usize]));
    digits
}

/// The name of invented person no. `n`.
pub fn name(n: usize) -> String {
    let family: Vec<char> = "林赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金".chars().collect();
    let given: Vec<char> = "小禾明远思敏嘉宇静芳文博雅琪子涵浩然雨欣海峰志强丽娜建国".chars().collect();
    let (a, b, c) = (n % family.len(), (n / family.len()) % given.len(), (n / 900) % given.len());
    [family[a], given[b], given[c]].iter().collect()
}

/// A file of licences, one for each person of these numbers.
pub fn licences(numbers: Range<usize>) -> String {
    let mut file = String::from("身份证号码,姓名,注册证编号,类别,批准日期,有效期至,发证机关\n");
    for n in numbers {
        let class = if n % 2 == 0 { "药学" } else { "中药学" };
        let (number, name) = (number(n), name(n));
        writeln!(file, "{number},{name},LH-YS-2025-{n:07},{class},2025-03-01,2030-02-28,兰河省药品监督管理局")
            .unwrap_or_default();
    }
    file
}
