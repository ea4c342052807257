using System.Text;
using CsCheck;
using VirtAgents.Cli.Output;

namespace VirtAgents.Cli.Tests.Output;

public sealed class CsvWriterTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData(" blanks ", " blanks ")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"x\"", "\"say \"\"x\"\"\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    [InlineData("cr\r", "\"cr\r\"")]
    public void Quote_Field_OnlyWhereItMust(string field, string quoted) => Assert.Equal(quoted, CsvWriter.Quote(field));

    [Fact]
    public void WriteFields_AnyPrintableFields_ReadBackTheSame() =>
        Gen.String[Gen.Char["abü ,;\"'\r\n\t"], 0, 8].Array[1, 6].Sample(fields =>
        {
            using var text = new StringWriter();
            CsvWriter.WriteFields(text, fields);
            return Read(text.ToString()).SequenceEqual(fields);
        });

    [Fact]
    public void WriteFields_ControlCharacters_AreReplaced()
    {
        using var text = new StringWriter();

        CsvWriter.WriteFields(text, ["a\u001b[31mb", "c\u202Ed"]);

        Assert.Equal("a\uFFFD[31mb,c\uFFFDd\r\n", text.ToString());
    }

    // A reader by the letter of RFC 4180, for one record.
    private static List<string> Read(string record)
    {
        var fields = new List<string>();
        var (field, quoted) = (new StringBuilder(), false);
        for (var i = 0; i < record.Length; i++)
        {
            if (quoted && record[i] == '"' && i + 1 < record.Length && record[i + 1] == '"')
            {
                field.Append(record[i++]);
            }
            else if (record[i] == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && (record[i] == ',' || record.AsSpan(i).SequenceEqual("\r\n")))
            {
                fields.Add(field.ToString());
                field.Clear();
                i += record[i] == ',' ? 0 : 1;
            }
            else
            {
                field.Append(record[i]);
            }
        }

        return fields;
    }
}
