using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using VirtAgents.Collector.Configuration;

namespace VirtAgents.Collector.Incidents.Notices;

/// <summary>
/// Posts each notice to an address. With a secret it is signed as the Standard Webhooks specification says: HMAC-SHA256 over
/// id, time and body, so that a receiver can tell who sent it and refuse what is sent again later.
/// </summary>
/// <param name="number">Its number in the settings.</param>
/// <param name="settings">Where to, and with which secret.</param>
/// <param name="client">Does not follow redirects; ends within its timeout.</param>
/// <param name="time">For the time that is signed.</param>
internal sealed class WebhookSink(int number, WebhookSettings settings, HttpClient client, TimeProvider time) : INoticeSink
{
    // Of an answer that refuses, so much is shown.
    private const int ShownAnswer = 200;

    public string Name { get; } = $"webhook {number} {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(settings.Url.AbsoluteUri)))[..16]}";

    public bool Wants(IncidentNotice notice) => notice.Incident.Severity >= settings.Least;

    public async Task TellAsync(IncidentNotice notice, CancellationToken cancellationToken)
    {
        try
        {
            using HttpRequestMessage request = await RequestAsync(notice, cancellationToken);
            using HttpResponseMessage answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!answer.IsSuccessStatusCode)
            {
                throw new NoticeRefusedException($"{Where} answered {(int)answer.StatusCode}: {await StartOfAsync(answer, cancellationToken)}");
            }
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException or UnauthorizedAccessException
            || (problem is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new NoticeRefusedException($"{Where} cannot be told: {(problem is OperationCanceledException ? "no answer in time" : problem.Message)}", problem);
        }
    }

    private string Where => $"Incidents:Webhooks:{number} ({settings.Url.Host})";

    private async Task<HttpRequestMessage> RequestAsync(IncidentNotice notice, CancellationToken cancellationToken)
    {
        byte[] body = notice.ToJson();
        HttpRequestMessage request = new(HttpMethod.Post, settings.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(IncidentNotice.ContentType);
        if (settings.SecretFile.Length > 0)
        {
            string secret = (await File.ReadAllTextAsync(settings.SecretFile, cancellationToken)).Trim();
            string at = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            byte[] signed = [.. Encoding.UTF8.GetBytes($"{notice.Id}.{at}."), .. body];
            request.Headers.Add("webhook-id", notice.Id);
            request.Headers.Add("webhook-timestamp", at);
            request.Headers.Add("webhook-signature", "v1," + Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed)));
        }

        return request;
    }

    private static async Task<string> StartOfAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        await using Stream body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        byte[] start = new byte[ShownAnswer];
        int length = await body.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        return new string([.. Encoding.UTF8.GetString(start, 0, length).Where(c => !char.IsControl(c))]);
    }
}
